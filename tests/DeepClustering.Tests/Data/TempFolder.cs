namespace DeepClustering.Tests.Data;

/// <summary>An empty folder that goes away with the test.</summary>
internal sealed class TempFolder : IDisposable
{
    private int _files;

    public string FullPath { get; } = Directory.CreateTempSubdirectory("digits-").FullName;

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
