using DeepClustering.Data;

namespace DeepClustering.Files;

/// <summary>IDX files as data sets of that kind come: images and labels beside each other under names that tell.</summary>
internal static class IdxFolder
{
    private const string Images = "images", Labels = "labels";

    /// <summary>The files of images in a folder, training ones first.</summary>
    public static IReadOnlyList<string> ImageFiles(string folder)
    {
        try
        {
            return [.. Directory.GetFiles(folder).Where(path => Path.GetFileName(path) is var name
                && name.Contains(Images, StringComparison.OrdinalIgnoreCase) && name.Contains("idx3", StringComparison.OrdinalIgnoreCase))
                .OrderByDescending(path => Path.GetFileName(path).Contains("train", StringComparison.OrdinalIgnoreCase)).ThenBy(path => path, StringComparer.Ordinal)];
        }
        catch (UnauthorizedAccessException)
        {
            return [];   // the images' source will say so
        }
    }

    public static Dataset Read(string folder, DataOptions options)
    {
        string name = TableSource.NameOf(folder);
        var sets = ImageFiles(folder).Select(path => ReadOne(path, options));
        try
        {
            return Limited(sets.Aggregate((first, second) => Dataset.Concat(name, first, second)).Named(name), options);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"'{folder}': {e.Message}", e);
        }
    }

    public static Dataset ReadFile(string path, DataOptions options) => Limited(ReadOne(path, options), options);

    private static Dataset ReadOne(string path, DataOptions options)
    {
        options.RequireMemory(path, 1, Math.Min(new FileInfo(path).Length, IdxFile.MaxBytes), 1);
        string? labels = options.Labels switch
        {
            DataOptions.NoLabels => null,
            null => Beside(path),
            var named => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, named),
        };
        return IdxSource.Read(TableSource.NameOf(path), path, labels);
    }

    private static Dataset Limited(Dataset set, DataOptions options) => options.Limit > 0 && options.Limit < set.Count ? set.Take(options.Limit) : set;

    private static string? Beside(string images)
    {
        string name = Path.GetFileName(images).Replace(Images, Labels, StringComparison.OrdinalIgnoreCase).Replace("idx3", "idx1", StringComparison.OrdinalIgnoreCase);
        string path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(images))!, name);
        string other = path.EndsWith(".gz", StringComparison.Ordinal) ? path[..^3] : $"{path}.gz";
        return name == Path.GetFileName(images) ? null : File.Exists(path) ? path : File.Exists(other) ? other : null;
    }
}
