using System.Globalization;
using System.Text.RegularExpressions;
using DeepClustering.Runs;
using DeepClustering.Storage;

namespace DeepClustering.Files;

/// <summary>A folder with the results of a clustering: <c>assignments.csv</c>, one picture per cluster and, on request, the images sorted into clusters.</summary>
/// <remarks><c>results.json</c> lists what was written, which tells a later clustering what it may replace: nothing else is overwritten or deleted.</remarks>
public static partial class ResultsFolder
{
    private const string RecordFile = "results.json", AssignmentsName = "assignments.csv", ImagesFolder = "images";

    /// <summary>Writes the results, each file whole or not at all; those of an earlier clustering are replaced.</summary>
    /// <param name="folder">The folder: created if it does not exist, otherwise empty or holding earlier results.</param>
    /// <param name="assignments">One entry per row.</param>
    /// <param name="sheets">An encoded PNG for each cluster that has one, by the cluster's number.</param>
    /// <param name="imagesFrom">The folder that the images were read from, to copy them into one folder per cluster; null leaves that out.</param>
    /// <exception cref="InvalidDataException">The folder holds something and no results, or a row is no file of <paramref name="imagesFrom"/>; it is as it was.</exception>
    /// <exception cref="IOException">Something cannot be read or written, or a link lies where results go.</exception>
    public static void Write(
        string folder, IReadOnlyList<Assignment> assignments, IReadOnlyDictionary<int, ReadOnlyMemory<byte>>? sheets = null, string? imagesFrom = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        ArgumentNullException.ThrowIfNull(assignments);
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        Require(folder);
        string[] earlier = Listed(folder);
        Directory.CreateDirectory(folder);
        string unfinished = Disk.UnfinishedIn(folder);
        try
        {
            Directory.CreateDirectory(unfinished);
            string[] files = [.. Fill(unfinished, assignments, sheets, imagesFrom)];
            Publish(unfinished, folder, earlier, files);
        }
        finally
        {
            Disk.Remove(unfinished);
        }
    }

    /// <summary>Throws if a folder cannot take results, before anything is computed for it.</summary>
    /// <param name="folder">It need not exist.</param>
    /// <exception cref="InvalidDataException">It holds something and no results.</exception>
    /// <exception cref="IOException">It is a file.</exception>
    public static void Require(string folder)
    {
        if (File.Exists(folder))
        {
            throw new IOException($"'{folder}' is a file; expected a folder for the results.");
        }
        if (Directory.Exists(folder) && !File.Exists(Path.Combine(folder, RecordFile))
            && Directory.EnumerateFileSystemEntries(folder).FirstOrDefault(path => !Disk.IsUnfinished(path)) is { } other)
        {
            throw new InvalidDataException($"'{folder}' holds {Path.GetFileName(other)} and no earlier results, and was left as it was. Results take a folder of their own.");
        }
    }

    private static IEnumerable<string> Fill(
        string folder, IReadOnlyList<Assignment> assignments, IReadOnlyDictionary<int, ReadOnlyMemory<byte>>? sheets, string? imagesFrom)
    {
        AssignmentsFile.Write(Path.Combine(folder, AssignmentsName), assignments);
        yield return AssignmentsName;
        foreach (var (cluster, png) in sheets ?? new Dictionary<int, ReadOnlyMemory<byte>>())
        {
            string name = $"{ClusterName(cluster)}.png";
            Disk.Write(Path.Combine(folder, name), file => file.Write(png.Span));
            yield return name;
        }
        if (imagesFrom is null)
        {
            yield break;
        }
        string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(imagesFrom));
        foreach (var cluster in assignments.GroupBy(assignment => assignment.Cluster))
        {
            string relative = $"{ImagesFolder}/{ClusterName(cluster.Key)}";
            Directory.CreateDirectory(Path.Combine(folder, relative));
            var names = new SafeNames();
            foreach (var assignment in cluster)
            {
                string name = names.Of(assignment.Id);
                File.Copy(Source(root, assignment.Id), Path.Combine(folder, relative, name));
                yield return $"{relative}/{name}";
            }
        }
    }

    private static string Source(string root, string id)
    {
        string path = Path.GetFullPath(Path.Combine(root, id));
        return path.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal) && File.Exists(path) ? path
            : throw new InvalidDataException($"'{ImageFolderSource.Printable(id)}' is no file of '{root}': only images of a folder can be sorted into clusters.");
    }

    /// <summary>Moves the files into place. At every moment the record lists everything that is there.</summary>
    private static void Publish(string unfinished, string folder, string[] earlier, string[] files)
    {
        foreach (string parent in earlier.Concat(files).Select(file => Path.GetDirectoryName(file)!).Where(parent => parent.Length > 0).Distinct())
        {
            Disk.RequireNoLink(Path.Combine(folder, ImagesFolder));
            Disk.RequireNoLink(Path.Combine(folder, parent));
        }
        FileSet.WriteJson(Path.Combine(folder, RecordFile), new Record([.. earlier.Union(files)]));
        foreach (string file in files)
        {
            string target = Path.Combine(folder, file);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Move(Path.Combine(unfinished, file), target, overwrite: true);
        }
        foreach (string stale in earlier.Except(files))
        {
            string path = Path.Combine(folder, stale), parent = Path.GetDirectoryName(path)!;
            if (Directory.Exists(parent))
            {
                File.Delete(path);
            }
            if (parent != folder && Directory.Exists(parent) && !Directory.EnumerateFileSystemEntries(parent).Any())
            {
                Directory.Delete(parent);
            }
        }
        FileSet.WriteJson(Path.Combine(folder, RecordFile), new Record(files));
    }

    private static string[] Listed(string folder)
    {
        string path = Path.Combine(folder, RecordFile);
        if (!File.Exists(path))
        {
            return [];
        }
        Disk.RequireNoLink(path);
        string[] listed = FileSet.Parse<Record>(path).Files;
        return listed.FirstOrDefault(file => !OwnName().IsMatch(file)) is { } foreign
            ? throw new InvalidDataException($"{path}: '{ImageFolderSource.Printable(foreign)}' is no name of a result. '{folder}' was left as it was.")
            : listed;
    }

    private static string ClusterName(int cluster) => string.Create(CultureInfo.InvariantCulture, $"cluster-{cluster}");

    // A name within a folder begins with no dot: none leads out of it.
    [GeneratedRegex(@"\A(assignments\.csv|cluster-[0-9]+\.png|images/cluster-[0-9]+/[^./\\\0][^/\\\0]*)\z")]
    private static partial Regex OwnName();

    private sealed record Record(string[] Files);
}
