using System.Text;
using System.Text.RegularExpressions;

namespace DeepClustering.Storage;

/// <summary>Keeps other processes from writing into a run's folder; the system releases it when the process ends, however it ends.</summary>
internal sealed partial class FolderLock : IDisposable
{
    /// <summary>The file's name.</summary>
    public const string LockFile = ".lock";

    private const int MostBytes = 512;

    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <summary>Takes a folder.</summary>
    /// <param name="folder">It is made.</param>
    /// <exception cref="IOException">Another has it, or it cannot be written to; the message names the folder and, where it can be read, the process.</exception>
    public static FolderLock Take(string folder)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, LockFile);
        Disk.RequireNoLink(path);
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(path))
        {
            string holder = Disk.ReadLocked(path, MostBytes).TrimEnd();
            throw new IOException(
                $"{folder} is in use by {(holder.Length > 0 ? holder : "another process")}: one run folder takes one training at a time. ({e.Message})", e);
        }
        try
        {
            // A hard link cannot be told from a file, so only what a lock says is ever overwritten.
            if (!IsOwn(file))
            {
                throw new IOException($"{path} is not the lock of a run's folder, but another file of that name: it was left as it was.");
            }
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

    /// <summary>Whether a folder has been taken before, by whomever.</summary>
    public static bool IsOwn(string folder)
    {
        string path = Path.Combine(folder, LockFile);
        return File.Exists(path) && IsHolder(Disk.ReadLocked(path, MostBytes));
    }

    // Empty after a crash while it was written.
    private static bool IsOwn(FileStream file)
    {
        byte[] content = new byte[Math.Min(file.Length, MostBytes + 1)];
        file.ReadExactly(content);
        file.Position = 0;
        return content.Length <= MostBytes && IsHolder(Encoding.UTF8.GetString(content));
    }

    private static bool IsHolder(string content) => content.Length == 0 || Holder().IsMatch(content);

    [GeneratedRegex(@"^process [0-9]+ on [^\n]*\n?$")]
    private static partial Regex Holder();
}
