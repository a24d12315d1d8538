using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace DeepClustering.Storage;

/// <summary>Writes that a crash or a full disk cannot leave half done.</summary>
internal static class Disk
{
    /// <summary>The prefix of files and folders that are not complete yet; after a crash they may be deleted.</summary>
    public const string Unfinished = ".saving-";

    /// <summary>A unique name for an unfinished file or folder.</summary>
    public static string UnfinishedIn(string folder) => Path.Combine(folder, $"{Unfinished}{Guid.NewGuid():N}");

    /// <summary>Replaces a file by one that is flushed to disk: after a crash it is the old one or the new one.</summary>
    /// <remarks>Only <see cref="FlushFolder"/> makes certain that it is the new one.</remarks>
    /// <exception cref="IOException">The file cannot be written, for example because the disk is full, and is as it was.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string unfinished = UnfinishedIn(Path.GetDirectoryName(Path.GetFullPath(path))!);
        try
        {
            using (var file = File.Create(unfinished))
            {
                write(file);
                file.Flush(flushToDisk: true);
            }
            File.Move(unfinished, path, overwrite: true);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    /// <summary>Makes what was renamed or deleted in a folder outlive a power failure; Windows does so by itself.</summary>
    public static void FlushFolder(string folder)
    {
        if (!OperatingSystem.IsWindows())
        {
            using var handle = Open(folder);
            RandomAccess.FlushToDisk(handle);
        }
    }

    /// <summary>Deletes what a crash left unfinished in a folder.</summary>
    public static void RemoveUnfinished(string folder)
    {
        foreach (string path in Directory.GetFileSystemEntries(folder, $"{Unfinished}*").Where(IsUnfinished))
        {
            Remove(path);
        }
    }

    /// <summary>Whether a path has a name that <see cref="UnfinishedIn"/> gives.</summary>
    public static bool IsUnfinished(string path) => Path.GetFileName(path) is var name
        && name.StartsWith(Unfinished, StringComparison.Ordinal) && Guid.TryParseExact(name[Unfinished.Length..], "N", out _);

    /// <summary>Whether a path is a symbolic link or a junction, whatever it leads to.</summary>
    public static bool IsLink(string path) => new FileInfo(path).LinkTarget is not null;

    /// <summary>Throws where writing to a path would write to another place.</summary>
    /// <exception cref="IOException">It is a link; the message says where it leads.</exception>
    public static void RequireNoLink(string path)
    {
        if (new FileInfo(path).LinkTarget is { } target)
        {
            throw new IOException($"{path} is a link to {target}, and inside a run's folder nothing is written or deleted through links. " +
                "Put back in its place what it stands for; to keep a run on another disk, move its whole folder there and link that.");
        }
    }

    /// <summary>Deletes a file or a folder with all that is in it, if it is there; of a link, the link alone.</summary>
    public static void Remove(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
        else
        {
            File.Delete(path);
        }
    }

    /// <summary>The beginning of a file that this or another process holds locked; empty where the system does not let it be read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="most">How many bytes are read.</param>
    public static string ReadLocked(string path, int most)
    {
        if (OperatingSystem.IsWindows())
        {
            return "";
        }
        using var handle = Open(path);
        using var file = new FileStream(handle, FileAccess.Read);
        byte[] bytes = new byte[most];
        return Encoding.UTF8.GetString(bytes, 0, file.ReadAtLeast(bytes, most, throwOnEndOfStream: false));
    }

    // .NET opens no folders, and locks every file that it opens.
    private static SafeFileHandle Open(string path)
    {
        const int readOnly = 0;
        var handle = new SafeFileHandle(OpenFile(path, readOnly), ownsHandle: true);
        return handle.IsInvalid ? throw new IOException($"{path} cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}.") : handle;
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint OpenFile([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);
}
