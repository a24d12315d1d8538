using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DeepClustering.Storage;
using Workbook.Execution;

namespace Workbook.Kernel;

/// <summary>Registers this program with Jupyter, as a folder with a file kernel.json.</summary>
internal static partial class KernelSpec
{
    /// <summary>The name that is used if none is given.</summary>
    public const string DefaultName = "workbook-csharp";

    // What tells our kernel specifications from others' of the same name.
    private const string Mark = "vade-workbook";

    private static readonly JsonSerializerOptions _json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The folder of a user's Jupyter data.</summary>
    public static string UserData()
    {
        if (Environment.GetEnvironmentVariable("JUPYTER_DATA_DIR") is { Length: > 0 } given)
        {
            return Path.GetFullPath(given);
        }
        if (OperatingSystem.IsWindows())
        {
            return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), "jupyter");
        }
        return OperatingSystem.IsMacOS()
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), "Library", "Jupyter")
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "jupyter");
    }

    /// <summary>The folder of the Jupyter data of all users.</summary>
    public static string SystemData() => OperatingSystem.IsWindows()
        ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), "jupyter")
        : "/usr/local/share/jupyter";

    /// <summary>The folder of the Jupyter data under a prefix, such as that of a Python environment.</summary>
    public static string PrefixData(string prefix) => Path.Combine(Path.GetFullPath(prefix), "share", "jupyter");

    /// <summary>Registers the kernel; once more is as good as once.</summary>
    /// <param name="data">The folder of Jupyter's data.</param>
    /// <param name="name">The name by which notebooks ask for it.</param>
    /// <returns>The folder of the specification.</returns>
    /// <exception cref="InvalidDataException">The name is not one, or another kernel has it.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static string Install(string data, string name)
    {
        string file = FileOf(data, name);
        if (Present.File(file) && !IsOurs(file))
        {
            throw new InvalidDataException($"{file} is another kernel's. Remove that first (jupyter kernelspec uninstall {name}), or use another --name.");
        }
        var content = new JsonObject
        {
            ["argv"] = new JsonArray([.. Program().Concat(["kernel", "run", "{connection_file}"]).Select(argument => (JsonNode)argument)]),
            ["display_name"] = "C# (VaDE workbook)",
            ["language"] = "C#",
            ["interrupt_mode"] = "message",
            ["env"] = new JsonObject { [QuickStart.Name] = Environment.GetEnvironmentVariable(QuickStart.Name) ?? QuickStart.Value },
            ["metadata"] = new JsonObject { ["implementation"] = Mark },
        };
        AtomicFile.EnsureWritable(file);
        AtomicFile.Write(file, content.ToJsonString(_json) + "\n");
        return Path.GetDirectoryName(file)!;
    }

    /// <summary>Removes the kernel's registration, and nothing that was not installed with it.</summary>
    /// <inheritdoc cref="Install"/>
    public static string Uninstall(string data, string name)
    {
        string file = FileOf(data, name);
        if (!Present.File(file))
        {
            throw new FileNotFoundException($"There is no kernel \"{name}\" to remove: {file} does not exist.");
        }
        if (!IsOurs(file))
        {
            throw new InvalidDataException($"{file} is another kernel's, and was left as it is.");
        }
        string folder = Path.GetDirectoryName(file)!;
        File.Delete(file);
        if (!Directory.EnumerateFileSystemEntries(folder).Any())
        {
            Directory.Delete(folder);
        }
        return folder;
    }

    private static string FileOf(string data, string name) => Name().IsMatch(name)
        ? Path.Combine(data, "kernels", name, "kernel.json")
        : throw new InvalidDataException($"\"{name}\" cannot be a kernel's name: it takes letters, digits, '.', '_' and '-', and not only dots.");

    private static bool IsOurs(string file)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(file)) is JsonObject spec && spec["metadata"] is JsonObject metadata
                && metadata["implementation"] is JsonValue mark && mark.TryGetValue(out string? text) && text == Mark;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // By the very dotnet that runs now: a front end may know no other, or another one.
    private static IEnumerable<string> Program()
    {
        string dotnet = Path.GetFullPath(Path.Combine(
            RuntimeEnvironment.GetRuntimeDirectory(), "../../..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        return File.Exists(dotnet) ? [dotnet, typeof(KernelSpec).Assembly.Location] : [Environment.ProcessPath!];
    }

    [GeneratedRegex(@"^(?!\.+$)[A-Za-z0-9._-]+$")]
    private static partial Regex Name();
}
