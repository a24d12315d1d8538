using System.Text;
using DeepClustering.Storage;

namespace Workbook.Notebooks;

/// <summary>Writes a file as a whole or not at all.</summary>
internal static class AtomicFile
{
    /// <summary>Makes the folder of a file and sees that the file can be written, before hours are spent on its content.</summary>
    /// <exception cref="IOException">It cannot; the message names the file.</exception>
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

    /// <summary>Replaces a file's content by one that is flushed to disk; a reader, or a crash, meets the old content or the new.</summary>
    /// <exception cref="IOException">The file cannot be written and is as it was; the message names it.</exception>
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
