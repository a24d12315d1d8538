using System.Security.Cryptography;
using DeepClustering.Runs;
using DeepClustering.Tests.Resuming;
using Xunit;

namespace DeepClustering.Tests.Runs;

/// <summary>A tree of files that are not a run's, every one of which must be as it was, whatever a run is given.</summary>
[Collection(nameof(SmallTraining))]
public sealed class OwnFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new(inMemory: true);

    private string Run => Path.Combine(Runs, "x");

    private string Runs => _folder["repository/runs"];

    public OwnFilesTests()
    {
        foreach (string file in new[]
        {
            "precious.txt", "foreign/checkpoints/x", "foreign/checkpoints/stage/epoch-000001/weights.safetensors", "foreign/run.json", "repository/lib/code.cs",
            "repository/runs/notebooks/vae.ipynb", "planned/checkpoints/plan.json", "planned/checkpoints/stage/epoch-000001/state.json",
        })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder[file])!);
            File.WriteAllText(_folder[file], file == "foreign/run.json" ? "{}" : $"content of {file}");
        }
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData(".", "it begins with a dot")]
    [InlineData("..", "it begins with a dot")]
    [InlineData(".lock", "it begins with a dot")]
    [InlineData(" x", "it begins with a space")]
    [InlineData("x ", "it ends with a space")]
    [InlineData("x.", "it ends with a dot")]
    [InlineData("../../foreign", "it holds '/'")]
    [InlineData("a/b", "it holds '/'")]
    [InlineData("/tmp/x", "it holds '/'")]
    [InlineData(@"..\x", @"it holds '\'")]
    [InlineData("C:x", "it holds ':'")]
    [InlineData("what?", "it holds '?'")]
    [InlineData("NUL", "Windows keeps it for a device")]
    [InlineData("com1.run", "Windows keeps it for a device")]
    [InlineData("a\nb", "it holds a character that cannot be printed")]
    [InlineData("a\0b", "it holds a character that cannot be printed")]
    [InlineData("a\u001b[2Jb", "it holds a character that cannot be printed")]
    [InlineData("a\u202eb", "it holds a character that cannot be printed")]
    public void ANameOfARunIsNoPath(string name, string problem)
    {
        string message = Assert.Throws<ArgumentException>(() => RunName.FolderIn(Runs, name)).Message;
        Assert.Contains($"cannot be a run's name: {problem}", message, StringComparison.Ordinal);
        Assert.DoesNotContain(message, char.IsControl);
    }

    [Fact]
    public void ALongNameIsRefusedAndAnyOtherIsAFolder()
    {
        Assert.Contains("it has 201 bytes, and a name has at most 200", Assert.Throws<ArgumentException>(() => RunName.FolderIn(Runs, new string('a', 201))).Message, StringComparison.Ordinal);
        foreach (string name in new[] { "vade", "vade-two-step-2", "mit Umlaut ü & 100 %", "x..y", "😀", "console", "com10", new string('a', 200) })
        {
            Assert.Equal(Path.Combine(Runs, name), RunName.FolderIn(Runs, name));
        }
    }

    [Theory]
    [InlineData("foreign")]
    [InlineData("planned")]
    [InlineData("repository")]
    [InlineData("repository/runs")]
    [InlineData("repository/runs/../../foreign")]
    public void AFolderOfSomeoneElseIsLeftAsItIs(string name)
    {
        string before = Digest();
        foreach (bool restart in new[] { false, true })
        {
            Assert.Contains("left as it was", Assert.Throws<InvalidDataException>(() => Open(_folder[name], restart)).Message, StringComparison.Ordinal);
        }
        Assert.Equal(before, Digest());
    }

    [Theory]
    [InlineData("checkpoints/notes.txt")]
    [InlineData("checkpoints/training/notes.txt")]
    [InlineData("checkpoints/training/epoch-000003/notes.txt")]
    [InlineData("checkpoints/training/epoch-1/weights.safetensors")]
    [InlineData("checkpoints/.saving-notes")]
    public void ARestartDeletesNothingThatNoRunWrote(string file)
    {
        SmallTraining.Vae(Run);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Run, file))!);
        File.WriteAllText(Path.Combine(Run, file), "the user's");
        string before = Digest();
        Assert.Contains(Path.Combine(Run, "checkpoints"), Assert.Throws<InvalidDataException>(() => Open(Run, restart: true)).Message, StringComparison.Ordinal);
        Assert.Equal(before, Digest());
        File.Delete(Path.Combine(Run, file));
        if (Directory.GetFileSystemEntries(Path.GetDirectoryName(Path.Combine(Run, file))!).Length == 0)
        {
            Directory.Delete(Path.GetDirectoryName(Path.Combine(Run, file))!);
        }
        Open(Run, restart: true);
        Assert.Equal(["plan.json"], Directory.GetFileSystemEntries(Path.Combine(Run, "checkpoints")).Select(Path.GetFileName));
    }

    [Fact]
    public void SavingDeletesNoFileOfTheUsers()
    {
        string[] files =
        [
            "checkpoints/notes.txt", "checkpoints/mine/epoch-000001/notes.txt", "checkpoints/training/old/notes.txt",
            "checkpoints/training/epoch-000000/notes.txt", ".saving-notes/x", "figure.png",
        ];
        bool written = false;
        SmallTraining.Vae(Run, () =>
        {
            foreach (string file in written ? [] : files)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Run, file))!);
                File.WriteAllText(Path.Combine(Run, file), "the user's");
            }
            written = true;
        });
        Open(Run, restart: false);
        Assert.All(files, file => Assert.Equal("the user's", File.ReadAllText(Path.Combine(Run, file))));
        Assert.Equal(["epoch-000000", "epoch-000003", "old"], Directory.GetDirectories(Path.Combine(Run, "checkpoints", "training")).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData(".lock", false)]
    [InlineData("checkpoints", true)]
    [InlineData("checkpoints/training", true)]
    public void NothingIsWrittenThroughALink(string link, bool isFolder)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Making links asks for rights there.");
        SmallTraining.Vae(Run);
        string path = Path.Combine(Run, link), moved = _folder["moved"];
        if (isFolder)
        {
            Directory.Move(path, moved);
            Directory.CreateSymbolicLink(path, moved);
        }
        else
        {
            File.Delete(path);
            File.CreateSymbolicLink(path, _folder["precious.txt"]);
        }
        string before = Digest();
        foreach (bool restart in new[] { false, true })
        {
            string message = Assert.ThrowsAny<Exception>(() =>
            {
                Open(Run, restart);
                SmallTraining.Vae(Run);
            }).Message;
            Assert.Contains(path, message, StringComparison.Ordinal);
            Assert.Equal(before, Digest());
        }
    }

    [Theory]
    [InlineData("run.json")]
    [InlineData("manifest.json")]
    [InlineData("weights.safetensors")]
    [InlineData("checkpoints/training/epoch-000003")]
    public void WhatIsReplacedIsTheLinkAndNotWhereItLeads(string link)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Making links asks for rights there.");
        SmallTraining.Vae(Run);
        string path = Path.Combine(Run, link), moved = Path.Combine(Directory.CreateDirectory(_folder["moved"]).FullName, "x");
        if (Directory.Exists(path))
        {
            Directory.Move(path, moved);
            Directory.CreateSymbolicLink(path, moved);
        }
        else
        {
            File.Move(path, moved);
            File.CreateSymbolicLink(path, moved);
        }
        string before = Digest("moved");
        SmallTraining.Vae(Run);
        Assert.Equal(before, Digest("moved"));
    }

    [Fact]
    public void AFileThatOnlyHasTheNameOfALockIsNotOverwritten()
    {
        Directory.CreateDirectory(Run);
        File.Copy(_folder["precious.txt"], Path.Combine(Run, ".lock"));
        string before = Digest();
        Assert.Throws<InvalidDataException>(() => Open(Run, restart: false));
        SmallTraining.Vae(_folder["y"]);
        File.WriteAllText(_folder["y/.lock"], "mine");
        Assert.Contains("left as it was", Assert.Throws<IOException>(() => Open(_folder["y"], restart: false)).Message, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(_folder["y/.lock"]));
        Directory.Delete(_folder["y"], recursive: true);
        Assert.Equal(before, Digest());
    }

    [Fact]
    public void ARunThatWasMovedAsAWholeAndLinkedGoesOn()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Making links asks for rights there.");
        int epochs = 0;
        Assert.Throws<OperationCanceledException>(() => SmallTraining.Vae(Run, () => _ = ++epochs == 2 ? throw new OperationCanceledException() : 0));
        Directory.Move(Run, _folder["moved"]);
        Directory.CreateSymbolicLink(Run, _folder["moved"]);
        Assert.Equal(SmallTraining.Uninterrupted("vae"), SmallTraining.Vae(Run));
        Assert.True(File.Exists(_folder["moved/weights.safetensors"]));
    }

    private static void Open(string folder, bool restart) => RunFolder.Open(folder, SmallTraining.Digits, SmallTraining.VaeOptions, restart).Dispose();

    /// <summary>Names, links and contents of all files, those of locks but for their holders.</summary>
    private string Digest(string part = "") => string.Join('\n', Directory.EnumerateFileSystemEntries(_folder[part], "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        .Select(path => $"{path} {new FileInfo(path).LinkTarget} {(File.Exists(path) ? Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path))) : "")}"));
}
