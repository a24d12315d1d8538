using System.Globalization;
using System.Runtime.InteropServices;
using DeepClustering.Data;
using DeepClustering.Storage;

namespace DeepClustering.Files;

/// <summary>A folder of PNG, JPEG, BMP and WebP files, and of those in its subfolders.</summary>
public static class ImageFolderSource
{
    private const int LargestOwnSize = 64, UsualSize = 32, NamedFiles = 10;

    /// <summary>Reads all images and resizes them to one size. Files that cannot be read are counted and named in the log.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="options">Labels, image size, colour, limit and memory limit apply.</param>
    /// <returns>Bytes; the rows are called by their paths below the folder, with / between folders.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">No image could be read, one lies in no subfolder where these are the classes, or they do not fit into memory.</exception>
    public static Dataset Read(string path, DataOptions? options = null)
    {
        options ??= new();
        if (!Present.Folder(path))
        {
            throw new DirectoryNotFoundException($"There is no folder '{path}'.");
        }
        bool labelled = options.Labels is not (null or DataOptions.NoLabels);
        if (labelled && options.Labels != DataOptions.Subfolders)
        {
            throw new InvalidDataException($"'{path}' is a folder of images, which has no labels '{options.Labels}'; expected '{DataOptions.Subfolders}' or none.");
        }
        List<(string Name, string Why)> troubles = [];
        var files = ImageFiles.Below(path, (folder, why) => troubles.Add((folder, why)));
        if (options.Limit > 0 && options.Limit < files.Count)
        {
            // Spread over the folder: the first files would often be of one class.
            files = [.. Enumerable.Range(0, options.Limit).Select(i => files[(int)((long)i * files.Count / options.Limit)])];
        }
        if (labelled && files.FirstOrDefault(file => !file.Contains('/')) is { } outside)
        {
            throw new InvalidDataException($"'{path}': {Printable(outside)} lies in no subfolder, where subfolders are the classes.");
        }
        var images = new Images(path, files, options, troubles);
        return images.Read(labelled);
    }

    /// <summary>Reads one image, such as a new one for the clusters of others.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Image size, colour and memory limit are looked at.</param>
    /// <returns>One row, called by the file's name.</returns>
    /// <exception cref="InvalidDataException">It cannot be read as an image, or does not fit into memory.</exception>
    public static Dataset ReadFile(string path, DataOptions? options = null)
    {
        string full = Path.GetFullPath(path);
        List<(string Name, string Why)> troubles = [];
        try
        {
            return new Images(Path.GetDirectoryName(full)!, [Path.GetFileName(full)], options ?? new(), troubles).Read(labelled: false).Named(TableSource.NameOf(path));
        }
        catch (InvalidDataException) when (troubles.Count > 0)
        {
            throw new InvalidDataException($"'{Printable(path)}' cannot be read as an image: {troubles[0].Why}.");
        }
    }

    /// <summary>A name as it may be shown: control characters as ?.</summary>
    internal static string Printable(string name) => string.Concat(name.Select(c => char.IsControl(c) ? '?' : c));

    /// <summary>Files on the way to pixels.</summary>
    private sealed class Images(string root, IReadOnlyList<string> files, DataOptions options, List<(string Name, string Why)> troubles)
    {
        public Dataset Read(bool labelled)
        {
            var sizes = Each(files, file => (File: file, Size: ImageDecoder.SizeOf(FullPath(file))));
            var (width, height) = Target([.. sizes.Select(found => found.Size)]);
            options.RequireMemory(root, sizes.Count, 3.0 * width * height, 1);
            var read = Each([.. sizes.Select(found => found.File)], file => (File: file, Pixels: ImageDecoder.Decode(FullPath(file), width, height)));
            Report(read.Count);
            bool colour = options.Colour ?? read.Any(image => HasColour(image.Pixels));
            var shape = new ImageShape(colour ? 3 : 1, height, width);
            byte[] pixels = new byte[read.Count * shape.Size];
            for (int i = 0; i < read.Count; i++)
            {
                Planes(read[i].Pixels, colour, pixels.AsSpan(i * shape.Size, shape.Size));
            }
            return Dataset.FromBytes(TableSource.NameOf(root), shape, ImmutableCollectionsMarshal.AsImmutableArray(pixels),
                labelled ? ClassLabels.Of(read.Select(image => image.File[..image.File.IndexOf('/', StringComparison.Ordinal)])) : null,
                [.. read.Select(image => image.File)]);
        }

        private string FullPath(string file) => Path.Combine(root, file);

        /// <summary>What comes of each file, in their order; those that cannot be read are left out.</summary>
        private List<T> Each<T>(IReadOnlyList<string> some, Func<string, T> read)
        {
            var results = new (T Value, string? Why)[some.Count];
            Parallel.For(0, some.Count, i =>
            {
                try
                {
                    results[i].Value = read(some[i]);
                }
                catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
                {
                    results[i].Why = e.Message;
                }
            });
            troubles.AddRange(some.Zip(results, (name, result) => (name, result.Why)).Where(result => result.Why is not null)!);
            return [.. results.Where(result => result.Why is null).Select(result => result.Value)];
        }

        private (int Width, int Height) Target(IReadOnlyList<(int Width, int Height)> sizes)
        {
            var first = sizes.Count > 0 ? sizes[0] : default;
            bool keep = first.Width <= LargestOwnSize && first.Height <= LargestOwnSize && sizes.All(size => size == first);
            return options.ImageSize > 0 ? (options.ImageSize, options.ImageSize) : keep && sizes.Count > 0 ? first : (UsualSize, UsualSize);
        }

        private void Report(int read)
        {
            string list = string.Join(Environment.NewLine, troubles.Take(NamedFiles).Select(trouble => $"  {Printable(trouble.Name)}: {trouble.Why}")
                .Concat(troubles.Count > NamedFiles ? [$"  … and {troubles.Count - NamedFiles} more"] : []));
            if (read == 0)
            {
                throw new InvalidDataException($"'{root}' holds no image that can be read (PNG, JPEG, BMP or WebP)"
                    + (troubles.Count == 0 ? "." : $":{Environment.NewLine}{list}"));
            }
            if (troubles.Count > 0)
            {
                options.Log(string.Create(CultureInfo.InvariantCulture, $"{troubles.Count:N0} of {read + troubles.Count:N0} could not be read and are left out:{Environment.NewLine}{list}"));
            }
        }

        private static bool HasColour(byte[] rgb)
        {
            for (int i = 0; i < rgb.Length; i += 3)
            {
                if (rgb[i] != rgb[i + 1] || rgb[i] != rgb[i + 2])
                {
                    return true;
                }
            }
            return false;
        }

        /// <summary>From pixels of three values to planes: red, green, blue, or grey (ITU-R BT.601).</summary>
        private static void Planes(byte[] rgb, bool colour, Span<byte> target)
        {
            int area = rgb.Length / 3;
            for (int i = 0; i < area; i++)
            {
                var (r, g, b) = (rgb[3 * i], rgb[3 * i + 1], rgb[3 * i + 2]);
                if (colour)
                {
                    (target[i], target[area + i], target[2 * area + i]) = (r, g, b);
                }
                else
                {
                    target[i] = (byte)((299 * r + 587 * g + 114 * b + 500) / 1000);
                }
            }
        }
    }
}
