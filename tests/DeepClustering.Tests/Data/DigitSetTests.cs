using DeepClustering.Data;
using TorchSharp;
using Xunit;

namespace DeepClustering.Tests.Data;

public sealed class DigitSetTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void HoldsImagesAndLabels()
    {
        var set = Small();
        Assert.Equal((3, 2, 2, 4), (set.Count, set.Rows, set.Columns, set.PixelCount));
        Assert.Equal([4, 5, 6, 7], set.Image(1).ToArray());
        Assert.Equal([9, 0, 5], set.Labels);
        Assert.Equal("small: 3 images of 2 × 2", set.ToString());
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Image(3).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Image(-1).Length);
    }

    [Fact]
    public void TheTensorIsACopy()
    {
        var set = Small();
        using var tensor = set.ToTensor();
        Assert.Equal(torch.uint8, tensor.dtype);
        Assert.Equal([3L, 4L], tensor.shape);
        Assert.Equal(Enumerable.Range(0, 12).Select(i => (byte)i), tensor.data<byte>().ToArray());
        tensor.zero_();
        Assert.Equal([8, 9, 10, 11], set.Image(2).ToArray());
    }

    [Fact]
    public void TheDigestIsOfPixelsAndLabels()
    {
        // printf '\0\1\2\3\4\5\6\7\10\11\12\13\11\0\5' | sha256sum
        Assert.Equal("be0a0ae501c5c0c6a9a9c760da2939579e4340a19a20ef154aee7846185a7a51", Small().Digest);
        Assert.Equal(Small().Digest, Small("another name").Digest);
        Assert.NotEqual(Small().Digest, Small(labels: [9, 0, 4]).Digest);
        Assert.NotEqual(Small().Digest, Small().Take(2).Digest);
    }

    [Fact]
    public void TakeIsTheBeginning()
    {
        var two = Small().Take(2);
        Assert.Equal("small, first 2", two.Name);
        Assert.Equal([9, 0], two.Labels);
        Assert.Equal([4, 5, 6, 7], two.Image(1).ToArray());
        Assert.Same(two, two.Take(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => two.Take(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => two.Take(3));
    }

    [Fact]
    public void HoldingOutTakesEveryNthAway()
    {
        var (kept, heldOut) = Small().HoldOut(2);
        Assert.Equal(("small, 1 of 2", 2, 1), (kept.Name, kept.Count, heldOut.Count));
        Assert.Equal([9, 5], kept.Labels);
        Assert.Equal([0], heldOut.Labels);
        Assert.Equal([8, 9, 10, 11], kept.Image(1).ToArray());
        Assert.Equal([4, 5, 6, 7], heldOut.Image(0).ToArray());
        Assert.Equal(("small, 2 of 3", "small, 1 of 3"), (Small().HoldOut(3).Kept.Name, Small().HoldOut(3).HeldOut.Name));
        Assert.Throws<ArgumentOutOfRangeException>(() => Small().HoldOut(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Small().HoldOut(4));
    }

    [Fact]
    public void ConcatIsOneAfterTheOther()
    {
        var both = DigitSet.Concat("both", Small(), Small().Take(2));
        Assert.Equal("both", both.Name);
        Assert.Equal([9, 0, 5, 9, 0], both.Labels);
        Assert.Equal([0, 1, 2, 3], both.Image(3).ToArray());
        var flat = new DigitSet("flat", 1, 4, [1, 2, 3, 4], [0]);
        Assert.Contains("1 × 4", Assert.Throws<ArgumentException>("second", () => DigitSet.Concat("both", Small(), flat)).Message);
    }

    [Fact]
    public void SizesAndLabelsMustFit()
    {
        Assert.Throws<ArgumentException>("name", () => Small(" "));
        Assert.Throws<ArgumentException>("pixels", () => new DigitSet("x", 2, 2, [1, 2, 3], [0]));
        Assert.Throws<ArgumentException>("pixels", () => new DigitSet("x", 2, 2, [], []));
        Assert.Throws<ArgumentException>("pixels", () => new DigitSet("x", 2, 2, default, [1]));
        Assert.Throws<ArgumentException>("labels", () => new DigitSet("x", 1, 1, [1], default));
        Assert.Throws<ArgumentException>("labels", () => Small(labels: [1, 2]));
        Assert.Contains("label 1 is 10", Assert.Throws<ArgumentException>("labels", () => Small(labels: [1, 10, 2])).Message);
        Assert.Contains("label 0 is -1", Assert.Throws<ArgumentException>("labels", () => Small(labels: [-1, 1, 2])).Message);
        Assert.Throws<ArgumentOutOfRangeException>("rows", () => new DigitSet("x", 0, 2, [1], [0]));
        Assert.Throws<ArgumentOutOfRangeException>("columns", () => new DigitSet("x", 2, -1, [1], [0]));
    }

    [Fact]
    public void ReadsAPairOfFiles()
    {
        string images = _folder.Write(Idx.Gzip(Idx.Images(3, 2, 2, [.. Enumerable.Range(0, 12).Select(i => (byte)i)])));
        var set = DigitSet.Read("small", images, _folder.Write(Idx.Labels(9, 0, 5)));
        Assert.Equal(Small().Digest, set.Digest);
        AssertRefused("2 labels for 3 images", images, _folder.Write(Idx.Labels(9, 0)));
        AssertRefused("label 2 is 10", images, _folder.Write(Idx.Labels(9, 0, 10)));
    }

    private static void AssertRefused(string expected, string images, string labels)
    {
        string message = Assert.Throws<InvalidDataException>(() => DigitSet.Read("x", images, labels)).Message;
        Assert.All([images, labels, expected], part => Assert.Contains(part, message));
    }

    private static DigitSet Small(string name = "small", params int[] labels) =>
        new(name, 2, 2, [.. Enumerable.Range(0, 12).Select(i => (byte)i)], labels.Length == 0 ? [9, 0, 5] : [.. labels]);
}
