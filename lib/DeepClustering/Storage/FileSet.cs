using System.Security.Cryptography;
using System.Text.Json;

namespace DeepClustering.Storage;

/// <summary>The files of a folder, each with its size and SHA-256 in a manifest that was written last.</summary>
/// <remarks>Nothing is read before its bytes are known to be those that were written.</remarks>
internal sealed class FileSet
{
    /// <summary>The manifest's name.</summary>
    public const string ManifestFile = "manifest.json";

    private static readonly JsonSerializerOptions _json = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    private readonly string _folder;
    private readonly Dictionary<string, Entry>? _entries;

    /// <param name="folder">Where the files are; without a manifest, as in folders of earlier versions, they are taken as they are.</param>
    /// <exception cref="InvalidDataException">The manifest is damaged; the message names it.</exception>
    public FileSet(string folder)
    {
        _folder = folder;
        HasManifest = Present.File(ManifestPath);
        _entries = HasManifest ? Parse<Dictionary<string, Entry>>(ManifestPath) : null;
        // Whatever it names is read to its end: nothing outside the folder.
        if (_entries?.FirstOrDefault(entry => entry.Value is null || Path.GetFileName(entry.Key) != entry.Key) is { Key: { } name })
        {
            throw new InvalidDataException($"{ManifestPath}: \"{name}\" is not a file of its folder with a size and a SHA-256.");
        }
    }

    /// <summary>Whether the files can be checked.</summary>
    public bool HasManifest { get; }

    private string ManifestPath => Path.Combine(_folder, ManifestFile);

    /// <summary>Throws where there is no manifest although there must be one.</summary>
    /// <exception cref="InvalidDataException">Names the manifest.</exception>
    public FileSet RequireManifest() => HasManifest ? this : throw new InvalidDataException($"{ManifestPath} is missing.");

    /// <summary>Whether a file belongs to the set.</summary>
    public bool Contains(string file) => _entries?.ContainsKey(file) ?? Present.File(Path.Combine(_folder, file));

    /// <summary>Checks every file that the manifest lists, read or not: a damaged name is found as a missing file.</summary>
    /// <param name="except">One that is checked when it is read.</param>
    /// <exception cref="InvalidDataException">A file is not as it was written; the message names it.</exception>
    public void Check(string? except = null)
    {
        foreach (string file in _entries?.Keys.Where(file => file != except) ?? [])
        {
            Checked(file);
        }
    }

    /// <summary>The path of a file that is as it was written.</summary>
    /// <exception cref="InvalidDataException">It is not; the message names it and says what was found.</exception>
    public string Checked(string file)
    {
        string path = Path.Combine(_folder, file);
        if (_entries is null)
        {
            return path;
        }
        if (!_entries.TryGetValue(file, out var expected))
        {
            throw new InvalidDataException($"{ManifestPath} lists no {file}.");
        }
        if (!Present.File(path))
        {
            throw new InvalidDataException($"{path} is missing.");
        }
        var found = Entry.Of(path);
        return found == expected ? path : throw new InvalidDataException(found.Bytes == expected.Bytes
            ? $"{path} is damaged: its SHA-256 is not the one in {ManifestFile}."
            : $"{path} is damaged: it has {found.Bytes} bytes, {ManifestFile} says {expected.Bytes}.");
    }

    /// <summary>A checked JSON file's value.</summary>
    /// <exception cref="InvalidDataException">The file is damaged; the message names it.</exception>
    public T Json<T>(string file) where T : class => Parse<T>(Checked(file));

    /// <summary>A checked JSON file's value, which may be null.</summary>
    /// <inheritdoc cref="Json"/>
    public T? JsonOrNull<T>(string file) where T : class => ParseOrNull<T>(Checked(file));

    /// <summary>Writes a JSON file, whole and flushed to disk.</summary>
    public static void WriteJson<T>(string path, T value) =>
        Disk.Write(path, file => file.Write([.. JsonSerializer.SerializeToUtf8Bytes(value, _json), (byte)'\n']));

    /// <summary>A JSON file's value.</summary>
    /// <exception cref="InvalidDataException">The file is missing or damaged; the message names it.</exception>
    public static T Parse<T>(string path) where T : class =>
        ParseOrNull<T>(path) ?? throw new InvalidDataException($"{path}: found null.");

    /// <summary>Writes a set into a folder with an unfinished name, its manifest last, and then publishes it.</summary>
    /// <param name="parent">Where that folder is made; on any failure it is deleted.</param>
    /// <param name="write">Writes the files into the folder it is given.</param>
    /// <param name="publish">Renames the folder, or what is in it.</param>
    public static void Save(string parent, Action<string> write, Action<string> publish)
    {
        string unfinished = Disk.UnfinishedIn(parent);
        try
        {
            Directory.CreateDirectory(unfinished);
            write(unfinished);
            WriteJson(Path.Combine(unfinished, ManifestFile),
                Directory.GetFiles(unfinished).Order(StringComparer.Ordinal).ToDictionary(path => Path.GetFileName(path), Entry.Of));
            Disk.FlushFolder(unfinished);
            publish(unfinished);
            Disk.FlushFolder(parent);
        }
        finally
        {
            Disk.Remove(unfinished);
        }
    }

    private static T? ParseOrNull<T>(string path) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllBytes(path), _json);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or ArgumentException or FileNotFoundException)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    private sealed record Entry(long Bytes, string Sha256)
    {
        public static Entry Of(string path)
        {
            using var file = File.OpenRead(path);
            return new(file.Length, Convert.ToHexStringLower(SHA256.HashData(file)));
        }
    }
}
