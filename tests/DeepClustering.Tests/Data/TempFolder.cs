namespace DeepClustering.Tests.Data;

/// <summary>An empty folder that goes away with the test.</summary>
/// <param name="inMemory">Whether it may be where flushing costs nothing, on systems that have such a place.</param>
internal sealed class TempFolder(bool inMemory = false) : IDisposable
{
    private int _files;

    private const string MemoryFolder = "/dev/shm";

    public string FullPath { get; } = inMemory && Directory.Exists(MemoryFolder)
        ? Directory.CreateDirectory(Path.Combine(MemoryFolder, $"digits-{Guid.NewGuid():N}")).FullName
        : Directory.CreateTempSubdirectory("digits-").FullName;

    public string this[string name] => Path.Combine(FullPath, name);

    /// <summary>Writes a file under a name of its own, also from several threads, and returns its path.</summary>
    public string Write(byte[] bytes)
    {
        string path = this[$"file{Interlocked.Increment(ref _files)}"];
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public void Dispose() => Directory.Delete(FullPath, recursive: true);
}
