using System.Collections.Immutable;
using System.Globalization;
using DeepClustering.Storage;

namespace DeepClustering.Data;

/// <summary>Finds and loads MNIST (LeCun, Cortes and Burges): 28 × 28 grey handwritten digits, 60,000 for training and 10,000 for tests.</summary>
public static class Mnist
{
    /// <summary>All digits, for which the recipes state their epochs.</summary>
    internal const int Count = 70_000;

    /// <summary>Height and width of a digit in pixels, for which distortions state their shifts.</summary>
    internal const int Side = 28;

    private const string HowToGetAll =
        "For all 70,000, name a folder that has their files in the environment variable MNIST_DIR or in MnistOptions.Folder, "
        + "or download them once with Mnist.Load(new() { Download = true }).";

    private static readonly ImmutableArray<string> _classes = [.. Enumerable.Range(0, 10).Select(digit => digit.ToString(CultureInfo.InvariantCulture))];

    /// <summary>SHA-256 of MNIST's four uncompressed files by file name, lower-case hex.</summary>
    public static ImmutableDictionary<string, string> Digests { get; } = new Dictionary<string, string>
    {
        ["train-images-idx3-ubyte"] = "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        ["train-labels-idx1-ubyte"] = "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        ["t10k-images-idx3-ubyte"] = "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        ["t10k-labels-idx1-ubyte"] = "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    }.ToImmutableDictionary();

    /// <summary>The <see cref="Dataset.Digest"/> of all digits, the training digits, the test digits, and the embedded ones.</summary>
    private static readonly ImmutableHashSet<string> _ownDigests =
    [
        "c2069063c1105f2bf96266aef1ff68c6e13bdda7a54e37bf19c16f1db24efc83",
        "edc0d1098aa497be14ace79ddd5171e5a3dcf9c4d196c015389203eb3ba1f59b",
        "c3f9adf9c66efb572b1f9326c3a511b45910c7173b97be66ceceeeeaef6b802b",
        "1b3c34ced3a2e3c90c360db9be90da27fdc14666edbabce3d7bbabb820ddf485",
    ];

    /// <summary>Whether a set is MNIST's own digits, by their digest: all, those for training or tests, or the embedded ones, whole and in their order.</summary>
    /// <param name="data">Any set; its name does not matter (the files of other sets, such as Fashion-MNIST's, have the names of MNIST's).</param>
    public static bool IsOwn(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return _ownDigests.Contains(data.Digest);
    }

    /// <summary>
    /// Loads the digits from the first of: the folder of the options (or of MNIST_DIR), the download cache, a download if the options ask for it,
    /// the 10,000 embedded training digits. The last writes a notice to the log.
    /// </summary>
    /// <param name="options">Which digits and from where; all 70,000 with the defaults.</param>
    /// <exception cref="DirectoryNotFoundException">The folder that was named does not exist.</exception>
    /// <exception cref="FileNotFoundException">The folder that was named lacks files, or the test digits were asked for where only the embedded ones are.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or images and labels do not fit each other.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder that was named, or a file in it, may not be read.</exception>
    /// <exception cref="IOException">No mirror gave a whole and unchanged file; the message lists what went wrong with each.</exception>
    public static Dataset Load(MnistOptions? options = null)
    {
        options ??= new();
        return Limited(LoadAll(options), options);
    }

    /// <summary>Loads training and test digits apart: MNIST's 60,000 and 10,000 from where <see cref="Load"/> finds them, else six and one of seven embedded ones.</summary>
    /// <param name="options">Where from; the part is not looked at. A limit holds for each of the two.</param>
    /// <inheritdoc cref="Load"/>
    public static (Dataset Training, Dataset Test) LoadSplit(MnistOptions? options = null)
    {
        options ??= new();
        var training = LoadAll(options with { Part = MnistPart.Train });
        bool embedded = options.Folder is null && !IsCached(options, MnistPart.Test);
        var (kept, heldOut) = embedded ? training.HoldOut(every: 7) : (training, LoadAll(options with { Part = MnistPart.Test }));
        return (Limited(kept, options), Limited(heldOut, options));
    }

    private static Dataset Limited(Dataset digits, MnistOptions options) =>
        options.Limit is > 0 and var limit && limit < digits.Count ? digits.Take(limit) : digits;

    private static Dataset LoadAll(MnistOptions options)
    {
        if (options.Folder is not null)
        {
            CheckFolder(options.Folder, options.Part);
            return ReadFolder(options.Folder, options);
        }
        if (options.Download)
        {
            // On a thread of its own, so that blocking here is safe under any synchronisation context.
            Task.Run(() => MnistDownload.RunAsync(options)).GetAwaiter().GetResult();
        }
        return IsCached(options, options.Part)
            ? ReadFolder(options.CacheFolder, options)
            : LoadEmbeddedInstead(options);
    }

    /// <summary>The 10,000 digits that come with the library: MNIST's first training digits in an order of their own (see data/README.md).</summary>
    public static Dataset LoadEmbedded()
    {
        // Not the application's folder: a script kernel loads the library from elsewhere.
        string folder = Path.Combine(Path.GetDirectoryName(typeof(Mnist).Assembly.Location) ?? AppContext.BaseDirectory, "data");
        return IdxSource.Read("MNIST first 10,000 (embedded)",
            Path.Combine(folder, "mnist-10k-images-idx3-ubyte.gz"), Path.Combine(folder, "mnist-10k-labels-idx1-ubyte.gz"), _classes);
    }

    /// <summary>The names of the uncompressed files that a part consists of, images before labels.</summary>
    internal static ImmutableArray<string> FileNames(MnistPart part) => part switch
    {
        MnistPart.All => [.. FileNames(MnistPart.Train), .. FileNames(MnistPart.Test)],
        MnistPart.Train => ["train-images-idx3-ubyte", "train-labels-idx1-ubyte"],
        MnistPart.Test => ["t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"],
        _ => throw new ArgumentOutOfRangeException(nameof(part), part, "Expected All, Train or Test."),
    };

    /// <summary>The files of a part that a folder holds neither plain nor gzipped.</summary>
    internal static IReadOnlyList<string> MissingFiles(string folder, MnistPart part) =>
        [.. FileNames(part).Where(name => FindFile(folder, name) is null)];

    /// <summary>Whether the download cache holds a part; one that may not be looked into is as good as none, because nobody named it.</summary>
    private static bool IsCached(MnistOptions options, MnistPart part)
    {
        try
        {
            return MissingFiles(options.CacheFolder, part).Count == 0;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string? FindFile(string folder, string name) =>
        new[] { name, name + ".gz" }.Select(file => Path.Combine(folder, file)).FirstOrDefault(Present.File);

    private static void CheckFolder(string folder, MnistPart part)
    {
        string path = Path.GetFullPath(folder);
        string expected = $"expected {string.Join(", ", FileNames(part))}, each plain or with .gz";
        const string Source = "MnistOptions.Folder or the environment variable MNIST_DIR names it";
        if (!Present.Folder(path))
        {
            throw new DirectoryNotFoundException($"There is no folder '{path}' ({Source}; {expected}).");
        }
        if (MissingFiles(path, part) is { Count: > 0 } missing)
        {
            throw new FileNotFoundException($"The folder '{path}' lacks {string.Join(", ", missing)} ({Source}; {expected}).");
        }
    }

    private static Dataset ReadFolder(string folder, MnistOptions options)
    {
        var names = FileNames(options.Part);
        Dataset[] sets = [.. names.Select(name => FindFile(folder, name)!).Chunk(2).Select(pair => IdxSource.Read(pair[0], pair[0], pair[1], _classes))];
        if (sets.FirstOrDefault(s => s.Shape != sets[0].Shape) is { } other)
        {
            throw new InvalidDataException($"'{other.Name}' has images of {other.Shape}, '{sets[0].Name}' of {sets[0].Shape}.");
        }
        var set = sets.Aggregate((first, second) => Dataset.Concat(folder, first, second));
        bool genuine = names.All(name => IdxFile.ContentDigest(FindFile(folder, name)!) == options.Digests[name]);
        string title = genuine ? "MNIST" : new DirectoryInfo(folder).Name;
        string part = options.Part switch { MnistPart.Train => " training", MnistPart.Test => " test", _ => "" };
        return set.Named(string.Create(CultureInfo.InvariantCulture, $"{title}{part} {set.Count:N0}"));
    }

    private static Dataset LoadEmbeddedInstead(MnistOptions options)
    {
        if (options.Part == MnistPart.Test)
        {
            throw new FileNotFoundException($"Only training digits are embedded, and no others were found in '{options.CacheFolder}'. {HowToGetAll}");
        }
        // Without the folder's name: the notice stays in notebooks that are shared.
        options.Log($"Using the 10,000 embedded MNIST digits. {HowToGetAll}");
        return LoadEmbedded();
    }
}
