using System.IO.Compression;
using System.Text;
using CsCheck;
using DeepClustering.Data;
using Xunit;

namespace DeepClustering.Tests.Data;

public sealed class IdxFileTests : IDisposable
{
    private const long MiB = 1 << 20;

    private static readonly byte[] _whole = Idx.Images(3, 2, 4, Idx.RandomBytes(24, seed: 1));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WhatWasWrittenIsReadBack()
    {
        var images =
            from count in Gen.Int[1, 20]
            from rows in Gen.Int[1, 30]
            from columns in Gen.Int[1, 30]
            from pixels in Gen.Byte.Array[count * rows * columns]
            from zipped in Gen.Bool
            select (count, rows, columns, pixels, zipped);
        images.Sample(x =>
        {
            byte[] idx = Idx.Images(x.count, x.rows, x.columns, x.pixels);
            var (rows, columns, pixels) = IdxFile.ReadImages(_folder.Write(x.zipped ? Idx.Gzip(idx) : idx));
            Assert.Equal((x.rows, x.columns), (rows, columns));
            Assert.Equal(x.pixels, pixels);
        });
    }

    [Fact]
    public void LabelsAreReadBack()
    {
        Gen.Select(Gen.Byte.Array[1, 300], Gen.Bool).Sample((labels, zipped) =>
        {
            byte[] idx = Idx.Labels(labels);
            Assert.Equal(labels, IdxFile.ReadLabels(_folder.Write(zipped ? Idx.Gzip(idx) : idx)));
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AFileBeyondTheFirstBufferIsReadWhole(bool zipped)
    {
        byte[] pixels = Idx.RandomBytes(5 * 1000 * 1001, seed: 2);
        byte[] idx = Idx.Images(5, 1000, 1001, pixels);
        Assert.Equal(pixels, IdxFile.ReadImages(_folder.Write(zipped ? Idx.Gzip(idx) : idx)).Pixels);
    }

    [Fact]
    public void DamagedRealFilesAreRefusedOrStillWhole()
    {
        string data = Path.Combine(AppContext.BaseDirectory, "data");
        byte[] zippedLabels = File.ReadAllBytes(Path.Combine(data, "mnist-10k-labels-idx1-ubyte.gz"));
        byte[] digits = Idx.Images(4, 28, 28, Enumerable.Range(0, 4).SelectMany(i => Mnist.LoadEmbedded().Bytes(i).ToArray()).ToArray());
        byte[][] originals = [zippedLabels, digits, Idx.Gzip(digits)];
        var damage =
            from original in Gen.Int[0, originals.Length - 1].Select(i => originals[i])
            from edits in Gen.Select(Gen.Int[0, 4], Gen.OneOf(Gen.Int[0, 30], Gen.Int[0, original.Length - 1]), Gen.Byte).Array[1, 4]
            select edits.Aggregate(original, (bytes, edit) => Edit(bytes, edit.Item1, Math.Min(edit.Item2, bytes.Length - 1), edit.Item3));
        damage.Sample(bytes =>
        {
            string path = _folder.Write(bytes);
            AssertRefusedOrWhole(path, () =>
            {
                var (rows, columns, pixels) = IdxFile.ReadImages(path);
                Assert.True(pixels.Length > 0 && pixels.Length % (rows * columns) == 0);
            });
            AssertRefusedOrWhole(path, () => Assert.NotEmpty(IdxFile.ReadLabels(path)));
        }, iter: 1000);
    }

    [Fact]
    public void AnEmptyFileIsRefused() => AssertImagesRefused([], "is empty");

    [Fact]
    public void LabelsAreNotTakenForImages() =>
        AssertImagesRefused(Idx.Labels(1, 2, 3, 4, 5, 6, 7, 8, 9), "magic number 2049 (labels); expected 2051");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ImagesAreNotTakenForLabels(bool zipped) =>
        AssertRefused(zipped ? Idx.Gzip(_whole) : _whole, path => IdxFile.ReadLabels(path), "magic number 2051 (images); expected 2049");

    [Fact]
    public void AWebPageIsRefused() =>
        AssertImagesRefused(Encoding.ASCII.GetBytes("<html><body>404</body></html>"), "expected 2051 for images, or a gzip file");

    [Theory]
    [InlineData(0, 28, 28)]
    [InlineData(3, 0, 28)]
    [InlineData(3, 28, 0)]
    [InlineData(-1, 28, 28)]
    [InlineData(3, int.MinValue, 28)]
    public void DimensionsBelowOneAreRefused(int count, int rows, int columns) =>
        AssertImagesRefused(Idx.Images(count, rows, columns, new byte[10]), "every dimension must lie between 1");

    [Theory]
    [InlineData(int.MaxValue, int.MaxValue, int.MaxValue)]
    [InlineData(1 << 16, 1 << 16, 1 << 16)]              // 2⁴⁸
    [InlineData(1 << 22, 1 << 21, 1 << 21)]              // 2⁶⁴, 0 in 64 bits
    [InlineData(IdxFile.MaxBytes, 2, 1)]
    public void DimensionsBeyondTheLimitAreRefused(int count, int rows, int columns) =>
        AssertImagesRefused(Idx.Images(count, rows, columns, new byte[10]), $"at most {IdxFile.MaxBytes}");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AHeaderThatClaimsMoreThanThereIsIsRefused(bool zipped)
    {
        byte[] idx = Idx.Images(4, 2, 4, new byte[24]);
        AssertImagesRefused(zipped ? Idx.Gzip(idx) : idx, "4 × 2 × 4", "cut short");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void BytesAfterTheDataAreRefused(bool zipped)
    {
        byte[] idx = [.. _whole, 0];
        AssertImagesRefused(zipped ? Idx.Gzip(idx) : idx, "bytes follow the data");
    }

    [Fact]
    public void EveryTruncationIsRefused()
    {
        foreach (byte[] original in new[] { _whole, Idx.Gzip(_whole) })
        {
            for (int length = 0; length < original.Length; length++)
            {
                AssertImagesRefused(original[..length]);
            }
        }
    }

    [Fact]
    public void EveryDamageToTheGzipTrailerIsRefused()
    {
        byte[] zipped = Idx.Gzip(_whole);
        for (int i = 1; i <= 8; i++)
        {
            byte[] damaged = [.. zipped];
            damaged[^i] ^= 1;
            AssertImagesRefused(damaged);
        }
    }

    [Fact]
    public void AWrongCrcIsNamedAsDamagedGzip()
    {
        byte[] damaged = Idx.Gzip(_whole);
        damaged[^8] ^= 1;
        AssertImagesRefused(damaged, "damaged gzip");
    }

    [Fact]
    public void BytesAfterAGzipFileAreRefused() => AssertImagesRefused([.. Idx.Gzip(_whole), 1, 2, 3, 4], "damaged");

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(39)]
    public void SeveralGzipMembersAreOneFile(int cut)
    {
        byte[] two = [.. Idx.Gzip(_whole[..cut]), .. Idx.Gzip(_whole[cut..])], withEmptyEnd = [.. two, .. Idx.Gzip([])];
        Assert.Equal(_whole[16..], IdxFile.ReadImages(_folder.Write(two)).Pixels);
        Assert.Equal(_whole[16..], IdxFile.ReadImages(_folder.Write(withEmptyEnd)).Pixels);
        for (int length = 0; length < two.Length; length++)
        {
            AssertImagesRefused(two[..length]);
        }
    }

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Fastest)]
    [InlineData(CompressionLevel.SmallestSize)]
    public void AGzipFileThatIsCutShortIsNotSaidToBeFollowedByBytes(CompressionLevel level)
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, level, leaveOpen: true))
        {
            gzip.Write(_whole);
        }
        byte[] bytes = zipped.ToArray();
        for (int length = 2; length < bytes.Length; length++)
        {
            string path = _folder.Write(bytes[..length]);
            Assert.Contains("cut short", Assert.Throws<InvalidDataException>(() => IdxFile.ReadImages(path)).Message, StringComparison.Ordinal);
            Assert.Contains("cut short", Assert.Throws<InvalidDataException>(() => IdxFile.ContentDigest(path)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void TwoGzipMembersAreRefused() => AssertImagesRefused([.. Idx.Gzip(_whole), .. Idx.Gzip(_whole)]);

    [Fact]
    public void ALyingHeaderTakesNoMemory()
    {
        byte[] zipped = Idx.Gzip(Idx.Images(1 << 20, 32, 32, new byte[100]));
        AssertRefusedWithin(2 * MiB, Idx.WithLengthInTrailer(zipped, (1L << 30) + 16));
    }

    [Fact]
    public void AGzipBombTakesNoMemory()
    {
        byte[] zipped = Idx.Gzip(Idx.Images(3, 2, 4, new byte[100 * MiB]));
        AssertRefusedWithin(MiB, zipped);
        AssertRefusedWithin(MiB, Idx.WithLengthInTrailer(zipped, 16 + 24));
    }

    [Fact]
    public void AMissingFileIsNamed()
    {
        Assert.Contains(_folder["none.gz"], Assert.Throws<FileNotFoundException>(() => IdxFile.ReadImages(_folder["none.gz"])).Message);
        Assert.Contains("none", Assert.Throws<FileNotFoundException>(() => IdxFile.ReadLabels(Path.Combine(_folder["none"], "x"))).Message);
        Assert.Throws<FileNotFoundException>(() => IdxFile.ReadLabels(_folder.Path));
        Assert.Throws<ArgumentException>(() => IdxFile.ReadLabels(""));
    }

    private static byte[] Edit(byte[] bytes, int kind, int at, byte value) => bytes.Length == 0 ? [value] : kind switch
    {
        0 => [.. bytes[..at], value, .. bytes[(at + 1)..]],
        1 => bytes[..at],
        2 => [.. bytes[..at], value, .. bytes[at..]],
        3 => [.. bytes[..at], .. bytes[(at + 1)..]],
        _ => [.. bytes, .. bytes[at..]],
    };

    private static void AssertRefusedOrWhole(string path, Action read)
    {
        try
        {
            read();
        }
        catch (InvalidDataException e)
        {
            Assert.Contains(path, e.Message);
        }
    }

    private void AssertImagesRefused(byte[] bytes, params string[] expected) => AssertRefused(bytes, path => IdxFile.ReadImages(path), expected);

    private void AssertRefused(byte[] bytes, Action<string> read, params string[] expected)
    {
        string path = _folder.Write(bytes);
        string message = Assert.Throws<InvalidDataException>(() => read(path)).Message;
        Assert.All([path, .. expected], part => Assert.Contains(part, message));
    }

    private void AssertRefusedWithin(long allocated, byte[] bytes)
    {
        string path = _folder.Write(bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidDataException>(() => IdxFile.ReadImages(path));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, allocated);
    }
}
