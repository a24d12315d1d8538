namespace Tests;

/// <summary>An empty folder that goes away with the test.</summary>
/// <param name="inMemory">Whether it may be where flushing costs nothing, on systems that have such a place.</param>
internal sealed class TemporaryFolder(bool inMemory = false) : IDisposable
{
    private const string MemoryFolder = "/dev/shm";

    private int _files;

    public string Path { get; } = inMemory && Directory.Exists(MemoryFolder)
        ? Directory.CreateDirectory(System.IO.Path.Combine(MemoryFolder, $"tests-{Guid.NewGuid():N}")).FullName
        : Directory.CreateTempSubdirectory("tests-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file, in folders that are made for it, and returns its path.</summary>
    public string Write(string name, string content)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        File.WriteAllText(this[name], content);
        return this[name];
    }

    /// <summary>Writes a file under a name of its own, also from several threads, and returns its path.</summary>
    public string Write(byte[] bytes)
    {
        string path = this[$"file{Interlocked.Increment(ref _files)}"];
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
