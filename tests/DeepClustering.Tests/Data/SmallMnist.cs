using System.Collections.Immutable;
using System.Security.Cryptography;
using DeepClustering.Data;

namespace DeepClustering.Tests.Data;

/// <summary>Four files like MNIST's with 300 training and 50 test images of noise, and options that know their digests.</summary>
internal static class SmallMnist
{
    public static ImmutableDictionary<string, byte[]> Files { get; } = new Dictionary<string, byte[]>
    {
        ["train-images-idx3-ubyte"] = Idx.Images(300, 28, 28, Idx.RandomBytes(300 * 784, seed: 1)),
        ["train-labels-idx1-ubyte"] = Idx.Labels([.. Enumerable.Range(0, 300).Select(i => (byte)(i % 10))]),
        ["t10k-images-idx3-ubyte"] = Idx.Images(50, 28, 28, Idx.RandomBytes(50 * 784, seed: 2)),
        ["t10k-labels-idx1-ubyte"] = Idx.Labels([.. Enumerable.Range(0, 50).Select(i => (byte)(i % 7))]),
    }.ToImmutableDictionary();

    public static MnistOptions Options(TemporaryFolder cache, ICollection<string> log) => new()
    {
        Folder = null,
        CacheFolder = cache.Path,
        Digests = Files.ToImmutableDictionary(file => file.Key, file => Convert.ToHexStringLower(SHA256.HashData(file.Value))),
        Mirrors = [],
        Log = line =>
        {
            lock (log)
            {
                log.Add(line);
            }
        },
    };

    /// <summary>Writes the files into a folder, the images gzipped and the labels plain.</summary>
    public static void WriteTo(string folder)
    {
        foreach (var (name, bytes) in Files)
        {
            bool zip = name.Contains("images", StringComparison.Ordinal);
            File.WriteAllBytes(Path.Combine(folder, zip ? name + ".gz" : name), zip ? Idx.Gzip(bytes) : bytes);
        }
    }
}
