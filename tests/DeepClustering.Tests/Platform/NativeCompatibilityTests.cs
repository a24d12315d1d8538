using System.Buffers.Binary;
using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Security;
using System.Security.Cryptography;
using System.Text;
using Xunit;

namespace DeepClustering.Tests.Platform;

/// <summary>The build step of lib/NativeCompatibility, called by MSBuild from a generated project.</summary>
public sealed class NativeCompatibilityTests : IDisposable
{
    private const string Import = "_ZSt21ios_base_library_initv";
    private const string Substitute = "_ZNSt6chrono3_V212steady_clock3nowEv";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("native-compatibility-");

    public NativeCompatibilityTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "The build step runs on Linux only.");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void ChangesFourBytesOfACopyAndNothingElse()
    {
        string source = PathOf("source.so"), destination = PathOf("obj/copy.so"), output = PathOf("output.so");
        File.Copy(Packaged, source);
        var before = (Sha256(source), File.GetLastWriteTimeUtc(source));
        // What an earlier build left: a stale copy, and the output that is a hard link to it.
        Directory.CreateDirectory(PathOf("obj"));
        File.WriteAllText(output, "stale");
        Assert.Equal(0, HardLink(output, destination));

        var build = Build((source, destination));

        Assert.Equal((0, 1), (build.ExitCode, Count(build.Text, "relaxed: True")));
        Assert.Contains("patched a copy of source.so", build.Text);
        Assert.Equal(before, (Sha256(source), File.GetLastWriteTimeUtc(source)));
        Assert.Equal("stale", File.ReadAllText(output));
        Assert.Equal(["copy.so"], Directory.GetFiles(PathOf("obj")).Select(Path.GetFileName));
        byte[] original = File.ReadAllBytes(source), patched = File.ReadAllBytes(destination);
        Assert.Equal(original.Length, patched.Length);
        int[] changed = [.. Enumerable.Range(0, original.Length).Where(i => original[i] != patched[i])];
        Assert.InRange(changed.Length, 4, 6);

        // In .gnu.version_r: the version's entry becomes weak. Its fields are hash, flags, index, name.
        int need = IndexOf(original, ElfHash("GLIBCXX_3.4.32")), substituteNeed = IndexOf(original, ElfHash("GLIBCXX_3.4.19"));
        Assert.Equal(need + 4, changed[^1]);
        Assert.Equal((0, 2), (original[need + 4], patched[need + 4]));
        // In .gnu.version: the import's version index becomes the substitute's.
        int version = changed[^2] & ~1;
        Assert.Equal(U16(original, need + 6), U16(original, version));
        Assert.Equal(U16(original, substituteNeed + 6), U16(patched, version));
        // In .dynsym: the import's name becomes the substitute's. Both are offsets into the same table of strings.
        int name = changed[0] & ~7;
        Assert.Equal(
            IndexOf(original, Encoding.ASCII.GetBytes(Substitute + "\0")) - IndexOf(original, Encoding.ASCII.GetBytes(Import + "\0")),
            BinaryPrimitives.ReadInt32LittleEndian(patched.AsSpan(name)) - BinaryPrimitives.ReadInt32LittleEndian(original.AsSpan(name)));
        Assert.All(changed[..^2], i => Assert.InRange(i, name, name + 3));
    }

    [Fact]
    public void LeavesAlonePatchedFilesAndFilesThatNeedNoPatch()
    {
        string copy = PathOf("copy.so"), other = PathOf("other.so"), needless = PathOf("libc10.so");
        Assert.Equal(0, Build((Packaged, copy)).ExitCode);
        File.Copy(Path.Combine(AppContext.BaseDirectory, "libc10.so"), needless);
        var longAgo = new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(copy, longAgo);

        // The same again; the patched copy as a source; a library that does not ask for the version.
        var again = Build((Packaged, copy), (copy, other), (needless, other));

        Assert.Equal((0, 1, 2), (again.ExitCode, Count(again.Text, "relaxed: True"), Count(again.Text, "relaxed: False")));
        Assert.DoesNotContain("patched a copy", again.Text);
        Assert.Equal(longAgo, File.GetLastWriteTimeUtc(copy));
        Assert.False(File.Exists(other));
    }

    [Fact]
    public void NamesTheFileThatItCannotPatch()
    {
        byte[] library = File.ReadAllBytes(Packaged);
        (string File, byte[] Content, string Message)[] cases =
        [
            ("text.so", "This is no library."u8.ToArray(), "it is not a 64-bit little-endian ELF file"),
            ("empty.so", [], "it is not a 64-bit little-endian ELF file"),
            ("bits32.so", [.. library[..4], 1, .. library[5..]], "it is not a 64-bit little-endian ELF file"),
            ("header.so", library[..80], "it is cut short: its section headers end at byte"),
            ("half.so", library[..(library.Length / 2)], $"and it has {library.Length / 2}"),
            ("sections.so", library[..^100], $"and it has {library.Length - 100}"),
            ("nowhere.so", WithInt64(library, DynamicSymbols(library), 0), "it has no section of type 0xb"),
            ("offset.so", WithInt64(library, DynamicSymbols(library) + 24, library.Length - 10), "its ELF structure is damaged"),
            ("user.so", Renamed(library, Import), "to be asked for by " + Import + " alone, found: " + Import[..^1] + "X"),
            ("substitute.so", Renamed(library, Substitute), "expected it to import " + Substitute),
        ];
        foreach (var (file, content, _) in cases)
        {
            File.WriteAllBytes(PathOf(file), content);
        }

        var build = Build([.. cases.Select(c => (PathOf(c.File), PathOf("obj/" + c.File))), (PathOf("missing.so"), PathOf("obj/missing.so"))]);

        Assert.NotEqual(0, build.ExitCode);
        foreach (var (file, _, message) in cases.Append(("missing.so", [], "Could not find file")))
        {
            string line = Assert.Single(build.Text.Split('\n'), text => text.Contains(PathOf(file) + " cannot be made to load", StringComparison.Ordinal));
            Assert.Contains("error", line);
            Assert.Contains(message, line);
        }
        Assert.False(Directory.Exists(PathOf("obj")));
    }

    [Fact]
    public void SaysInALineWhatOfTheSystemIsTooOld()
    {
        byte[] library = File.ReadAllBytes(Packaged);
        byte[] Asking(string text, string other) => ReplacedOnce(library, Encoding.ASCII.GetBytes(text + "\0"), Encoding.ASCII.GetBytes(other + "\0"));
        (string File, byte[] Content, string Message)[] cases =
        [
            ("glibc.so", Asking("GLIBC_2.34", "GLIBC_9.34"), " has no GLIBC_9.34."),
            ("libstdcxx.so", Asking("GLIBCXX_3.4.30", "GLIBCXX_3.4.90"), "its libstdc++.so.6 has no GLIBCXX_3.4.90."),
            ("abi.so", Asking("CXXABI_1.3.13", "CXXABI_1.3.99"), "its libstdc++.so.6 has no CXXABI_1.3.99."),
            ("name.so", Asking("libstdc++.so.6", "libstdc++.so.x"), "it has no libstdc++.so.x."),
        ];
        foreach (var (file, content, _) in cases)
        {
            File.WriteAllBytes(PathOf(file), content);
        }

        var build = Build([.. cases.Select(c => (PathOf(c.File), PathOf("obj/" + c.File)))]);

        Assert.NotEqual(0, build.ExitCode);
        Assert.All(cases, c => Assert.Single(build.Text.Split('\n'), line => line.Contains("error", StringComparison.Ordinal)
            && line.Contains("test: this system is too old for TorchSharp: it", StringComparison.Ordinal) && line.Contains(c.Message, StringComparison.Ordinal)));
        Assert.Contains("its libc.so.6 (glibc 2.", build.Text);
        Assert.False(Directory.Exists(PathOf("obj")));
    }

    [Fact]
    public void ASystemThatTorchSharpHasNoLibraryForIsRefused()
    {
        string Found(string native) => Build("""
            <PropertyGroup><RuntimeIdentifier>linux-musl-x64</RuntimeIdentifier></PropertyGroup>
              <ItemGroup><RuntimeCopyLocalItems Include="a/TorchSharp.dll" /><NativeCopyLocalItems Include="NATIVE" /></ItemGroup>
              <Target Name="Test" DependsOnTargets="RequireLibTorchSharp" />
            """.Replace("NATIVE", native, StringComparison.Ordinal)).Text;
        Assert.Contains("error : test: TorchSharp has no native library for this system, linux-musl-x64.", Found("a/libSkiaSharp.so"));
        Assert.DoesNotContain("error", Found("a/LibTorchSharp.dll"));
        Assert.DoesNotContain("error", Found("a/libLibTorchSharp.dylib"));
    }

    [Theory]
    [InlineData("R&D <'new'> \"x\"")]
    [InlineData("(1) [2] {3} $x @y #z ~`!^+=,;%")]
    public void TheRepositoryMayLieAnywhere(string name)
    {
        string repository = Directory.CreateDirectory(PathOf(name)).FullName;
        foreach (string file in Directory.GetFiles(Path.GetDirectoryName(Metadata("NativeCompatibilityTargets"))!))
        {
            File.Copy(file, Path.Combine(repository, Path.GetFileName(file)));
        }
        File.WriteAllText(Path.Combine(repository, "test.proj"), $"""
            <Project>
              <Import Project="NativeCompatibility.targets" />
              <Target Name="Test">
                <FitLibTorchSharp Source="{SecurityElement.Escape(Packaged)}" Destination="$(MSBuildProjectDirectory)/obj/copy.so" Project="test" Always="true" />
              </Target>
            </Project>
            """);
        var build = MSBuild(repository);
        Assert.True(build.ExitCode == 0, build.Text);
        Assert.True(File.Exists(Path.Combine(repository, "obj", "copy.so")));
    }

    private static string Packaged => Metadata("PackagedLibTorchSharp");

    private static string Metadata(string key) => typeof(NativeCompatibilityTests).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>Calls the task once for each pair of paths, in one run of MSBuild.</summary>
    private (int ExitCode, string Text) Build(params (string Source, string Destination)[] calls)
    {
        var project = new StringBuilder("<Project>\n");
        project.AppendLine($"  <Import Project=\"{SecurityElement.Escape(Metadata("NativeCompatibilityTargets"))}\" />\n  <Target Name=\"Test\">");
        foreach (var (source, destination) in calls)
        {
            project.AppendLine(
                $"""
                    <FitLibTorchSharp Source="{SecurityElement.Escape(source)}" Destination="{SecurityElement.Escape(destination)}"
                                               Project="test" Always="true" ContinueOnError="ErrorAndContinue">
                      <Output TaskParameter="Relaxed" PropertyName="Relaxed" />
                    </FitLibTorchSharp>
                    <Message Importance="high" Text="relaxed: $(Relaxed)" />
                """);
        }
        project.AppendLine("  </Target>\n</Project>");
        File.WriteAllText(PathOf("test.proj"), project.ToString());
        return MSBuild(_folder.FullName);
    }

    /// <summary>Runs the target Test of a project that imports the targets and has this in it.</summary>
    private (int ExitCode, string Text) Build(string content)
    {
        File.WriteAllText(PathOf("test.proj"),
            $"<Project>\n  <Import Project=\"{SecurityElement.Escape(Metadata("NativeCompatibilityTargets"))}\" />\n{content}\n</Project>");
        return MSBuild(_folder.FullName);
    }

    /// <summary>Runs the target Test of the project in a folder.</summary>
    private static (int ExitCode, string Text) MSBuild(string folder)
    {
        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            ["msbuild", "test.proj", "-target:Test", "-nologo", "-nodeReuse:false", "-verbosity:minimal", "-terminalLogger:off", "-consoleLoggerParameters:NoSummary"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
        };
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        using var process = Process.Start(start)!;
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, text);
    }

    private static byte[] ReplacedOnce(byte[] bytes, byte[] part, byte[] other)
    {
        byte[] copy = [.. bytes];
        other.CopyTo(copy, IndexOf(copy, part));
        return copy;
    }

    private static byte[] Renamed(byte[] library, string symbol)
    {
        byte[] copy = [.. library];
        copy[IndexOf(copy, Encoding.ASCII.GetBytes(symbol + "\0")) + symbol.Length - 1] = (byte)'X';
        return copy;
    }

    /// <summary>Where the header of the section .dynsym (type 11) is.</summary>
    private static int DynamicSymbols(byte[] library) => Enumerable.Range(0, U16(library, 60))
        .Select(i => (int)BinaryPrimitives.ReadInt64LittleEndian(library.AsSpan(40)) + 64 * i)
        .Single(header => BinaryPrimitives.ReadInt32LittleEndian(library.AsSpan(header + 4)) == 11);

    private static byte[] WithInt64(byte[] library, int at, long value) => [.. library[..at], .. BitConverter.GetBytes(value), .. library[(at + 8)..]];

    /// <summary>The hash by which ELF's version tables name a version, as its four bytes (System V ABI, "Hash Table").</summary>
    private static byte[] ElfHash(string name)
    {
        uint hash = 0;
        foreach (char c in name)
        {
            hash = (hash << 4) + c;
            uint high = hash & 0xf0000000;
            hash = (hash ^ (high >> 24)) & ~high;
        }
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, hash);
        return bytes;
    }

    private static int IndexOf(byte[] bytes, byte[] part)
    {
        int index = bytes.AsSpan().IndexOf(part);
        Assert.True(index > 0);
        return index;
    }

    private static ushort U16(byte[] bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at));

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    private static string Sha256(string path) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)));

    [DllImport("libc", EntryPoint = "link")]
    private static extern int HardLink([MarshalAs(UnmanagedType.LPUTF8Str)] string existing, [MarshalAs(UnmanagedType.LPUTF8Str)] string created);
}
