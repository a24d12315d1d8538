using System.Collections.Immutable;

namespace DeepClustering.Data;

/// <summary>Which digits are loaded, and from where.</summary>
public sealed record MnistOptions
{
    /// <summary>
    /// A folder with the IDX files, gzipped or not: MNIST's, or another set's under the same file names.
    /// From the environment variable MNIST_DIR unless set here, or if set to ""; where null, the cache and the embedded digits serve.
    /// </summary>
    public string? Folder
    {
        get;
        init => field = value == "" ? NamedByEnvironment() : value;
    } = NamedByEnvironment();

    /// <summary>All 70,000 digits unless set.</summary>
    public MnistPart Part { get; init; } = MnistPart.All;

    /// <summary>The maximum number of digits to keep, from the first; 0 keeps all. Range: at least 0.</summary>
    public int Limit
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(Limit), value, "Expected 0 or more digits.");
    }

    /// <summary>Whether files missing from <see cref="CacheFolder"/> are downloaded.</summary>
    public bool Download { get; init; }

    /// <summary>Where downloads are kept; a folder of the user's unless set.</summary>
    public string CacheFolder { get; init; } = UserCacheFolder();

    /// <summary>Folders on the web that hold the four gzipped files, tried in this order; each ends with a slash.</summary>
    public ImmutableArray<Uri> Mirrors { get; init; } =
    [
        new("https://ossci-datasets.s3.amazonaws.com/mnist/"),
        new("https://storage.googleapis.com/cvdf-datasets/mnist/"),
    ];

    /// <summary>SHA-256 of the uncompressed files by file name, lower-case hex. A download must match; a folder that matches is called MNIST.</summary>
    public ImmutableDictionary<string, string> Digests { get; init; } = Mnist.Digests;

    /// <summary>How long a mirror may stay silent before the next one is tried; 30 seconds unless set.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Receives notices and the progress of a download, line by line; by default the console.</summary>
    public Action<string> Log { get; init; } = line => Console.WriteLine(line);

    private static string? NamedByEnvironment() =>
        Environment.GetEnvironmentVariable("MNIST_DIR") is { Length: > 0 } folder ? folder : null;

    private static string UserCacheFolder()
    {
        // Without a home folder the path is empty.
        string data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return Path.Combine(Path.IsPathRooted(data) ? data : Path.Combine(Path.GetTempPath(), Environment.UserName), "DeepClustering", "mnist");
    }
}
