using DeepClustering.Data;
using Fuzzing;
using Xunit;

namespace DeepClustering.Tests.Data;

[Trait("Speed", "slow")]
public sealed class IdxFileFuzzTests : IDisposable
{
    private const int Constant = 192 << 10;   // two buffers of 64 KiB, the files', and a message

    private readonly TemporaryFolder _folder = new(inMemory: true);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void HostileFilesAreReadOrRefused()
    {
        string path = _folder["idx"];
        byte[] labels = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "data", "mnist-10k-labels-idx1-ubyte.gz"));
        byte[] digits = Idx.Images(3, 28, 28, [.. Enumerable.Range(0, 3).SelectMany(i => Mnist.LoadEmbedded().Bytes(i).ToArray())]);
        byte[] few = Idx.Labels(5, 0, 4, 1, 9, 2);
        byte[][] real = [labels, digits, Idx.Gzip(digits), few, Idx.Gzip(few)];
        // Zeros pack a thousandfold: honest files of much from little, and such as claim less.
        byte[] bomb = Idx.Gzip(Idx.Images(1024, 32, 32, new byte[1 << 20]));
        byte[][] bombs = [bomb, Idx.WithLengthInTrailer(bomb, 16 + 24), Idx.Gzip(Idx.Images(3, 2, 4, new byte[1 << 20]))];

        Fuzz.Run(random => random.Next(100) == 0 ? random.Bytes(bombs) : random.Next(4) == 0 ? Headed(random) : random.Bytes(real), bytes =>
        {
            File.WriteAllBytes(path, bytes);
            if (bytes.Length % 2 == 0)
            {
                IdxFile.ContentDigest(path);
            }
            var (rows, columns, pixels) = IdxFile.ReadImages(path);
            Assert.True(pixels.Length > 0 && pixels.Length % (rows * columns) == 0);
        }, e => e is InvalidDataException && e.Message.Contains(path, StringComparison.Ordinal), Allowance);
        Fuzz.Run(random => random.Next(4) == 0 ? Headed(random) : random.Bytes(real), bytes =>
        {
            File.WriteAllBytes(path, bytes);
            Assert.NotEmpty(IdxFile.ReadLabels(path));
        }, e => e is InvalidDataException && e.Message.Contains(path, StringComparison.Ordinal), Allowance, oneIn: 2);
    }

    /// <summary>A header that may claim anything, before a little data, packed or not.</summary>
    private static byte[] Headed(Random random)
    {
        int Size() => random.Next(3) == 0 ? random.Of([0, -1, 1 << 16, 1 << 20, 1 << 30, int.MaxValue, int.MinValue]) : random.Next(1, 6);
        int[] header = random.Next(2) == 0 ? [Idx.ImagesMagic, Size(), Size(), Size()] : [Idx.LabelsMagic, Size()];
        long claimed = header.Skip(1).Aggregate(1L, (product, size) => unchecked(product * size));
        byte[] data = new byte[random.Next(2) == 0 && claimed is > 0 and < 1000 ? claimed : random.Next(200)];
        byte[] idx = Idx.File(header, data);
        return random.Next(4) switch
        {
            0 => Idx.Gzip(idx),
            1 => Idx.WithLengthInTrailer(Idx.Gzip(idx), unchecked((4 * header.Length) + claimed)),
            _ => idx,
        };
    }

    /// <summary>What is packed can be a thousand times as long.</summary>
    private static long Allowance(byte[] bytes) => Constant + (3 * Idx.Unpacked(bytes));
}
