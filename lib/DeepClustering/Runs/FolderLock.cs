using System.Text;

namespace DeepClustering.Runs;

/// <summary>Keeps other processes from writing into a run's folder; the system lets go of it when the process ends, however it ends.</summary>
internal sealed class FolderLock : IDisposable
{
    private const string LockFile = ".lock";

    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <summary>Takes a folder.</summary>
    /// <param name="folder">It is made.</param>
    /// <exception cref="IOException">Another has it, or it cannot be written to; the message names the folder and, where it can be read, the process.</exception>
    public static FolderLock Take(string folder)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, LockFile);
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(path))
        {
            string holder = Disk.ReadLocked(path).TrimEnd();
            throw new IOException(
                $"{folder} is in use by {(holder.Length > 0 ? holder : "another process")}: one run folder takes one training at a time. ({e.Message})", e);
        }
        try
        {
            file.SetLength(0);
            file.Write(Encoding.UTF8.GetBytes($"process {Environment.ProcessId} on {Environment.MachineName}\n"));
            file.Flush();
            return new(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
