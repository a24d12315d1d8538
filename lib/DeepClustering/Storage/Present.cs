namespace DeepClustering.Storage;

/// <summary>Whether there is a file or folder. Where that cannot be seen, the system's error says so, and not that there is none.</summary>
internal static class Present
{
    /// <summary>Whether a path is a file's.</summary>
    /// <exception cref="UnauthorizedAccessException">A folder on the way may not be looked into.</exception>
    public static bool File(string path) => Attributes(path)?.HasFlag(FileAttributes.Directory) == false;

    /// <summary>Whether a path is a folder's.</summary>
    /// <inheritdoc cref="File"/>
    public static bool Folder(string path) => Attributes(path)?.HasFlag(FileAttributes.Directory) == true;

    private static FileAttributes? Attributes(string path)
    {
        try
        {
            return System.IO.File.GetAttributes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
