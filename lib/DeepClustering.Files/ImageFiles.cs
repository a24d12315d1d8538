namespace DeepClustering.Files;

/// <summary>Finds the image files of a folder and of those below it, hidden ones aside; links in a circle are gone once.</summary>
internal static class ImageFiles
{
    private static readonly string[] _extensions = [".png", ".jpg", ".jpeg", ".bmp", ".webp"];

    /// <summary>Relative paths, with / between folders, in the order of their characters.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="unreadable">Takes each folder that could not be looked into, and why.</param>
    public static IReadOnlyList<string> Below(string root, Action<string, string> unreadable)
    {
        List<string> found = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        Visit(root, "");
        found.Sort(StringComparer.Ordinal);
        return found;

        void Visit(string folder, string relative)
        {
            try
            {
                if (!seen.Add(RealPath(folder)))
                {
                    return;
                }
                foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos().Where(entry => !IsHidden(entry.Name)))
                {
                    string path = relative.Length == 0 ? entry.Name : $"{relative}/{entry.Name}";
                    if (Directory.Exists(entry.FullName))
                    {
                        Visit(entry.FullName, path);
                    }
                    else if (_extensions.Contains(Path.GetExtension(entry.Name), StringComparer.OrdinalIgnoreCase))
                    {
                        found.Add(path);
                    }
                }
            }
            catch (Exception e) when (e is UnauthorizedAccessException or IOException)
            {
                unreadable(relative.Length == 0 ? folder : relative, e.Message);
            }
        }
    }

    /// <summary>Thumbnails and what systems keep beside the files, such as the resource forks "._NAME" of macOS, which end like images and are none.</summary>
    private static bool IsHidden(string name) => name[0] == '.' || name == "__MACOSX";

    /// <summary>Where a folder lies once every link on the way is followed.</summary>
    private static string RealPath(string folder)
    {
        string path = Path.GetFullPath(folder), root = Path.GetPathRoot(path)!, real = root;
        foreach (string part in path[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            string next = Path.Combine(real, part);
            real = Directory.ResolveLinkTarget(next, returnFinalTarget: true) is { } target ? RealPath(target.FullName) : next;
        }
        return real;
    }
}
