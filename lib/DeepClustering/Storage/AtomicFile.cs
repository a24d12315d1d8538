using System.Text;

namespace DeepClustering.Storage;

/// <summary>Writes text files as a whole or not at all.</summary>
public static class AtomicFile
{
    /// <summary>Creates a file's folder and checks that the file can be written, before hours are spent on its content.</summary>
    /// <param name="path">The file; it need not exist.</param>
    /// <exception cref="IOException">It cannot be written; the message names the file.</exception>
    public static void EnsureWritable(string path)
    {
        Guard(path, () =>
        {
            if (Directory.Exists(path))
            {
                throw new IOException("it is a folder.");
            }
            if (File.Exists(path) && File.GetAttributes(path).HasFlag(FileAttributes.ReadOnly))
            {
                throw new IOException("it is read-only.");
            }
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            string unfinished = Disk.UnfinishedIn(Path.GetDirectoryName(path)!);
            File.WriteAllText(unfinished, "");
            File.Delete(unfinished);
        });
    }

    /// <summary>Replaces a file's content and flushes it to disk; a reader, or a crash, sees the old content or the new.</summary>
    /// <param name="path">The file; its folder exists.</param>
    /// <param name="content">The text, written as UTF-8.</param>
    /// <exception cref="IOException">The file cannot be written and is unchanged; the message names it.</exception>
    public static void Write(string path, string content) =>
        Guard(path, () => Disk.Write(path, file => file.Write(Encoding.UTF8.GetBytes(content))));

    private static void Guard(string path, Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{path} cannot be written: {e.Message}", e);
        }
    }
}
