using System.Collections.Immutable;
using DeepClustering.Data;
using TorchSharp;
using Xunit;

namespace DeepClustering.Tests.Data;

public sealed class DatasetTests
{
    [Fact]
    public void HoldsImagesAndLabels()
    {
        var set = Small();
        Assert.Equal((3, 4, new ImageShape(1, 2, 2), true), (set.Count, set.InputSize, set.Shape, set.IsBytes));
        Assert.Equal([4, 5, 6, 7], set.Bytes(1).ToArray());
        Assert.Equal([4f, 5, 6, 7], set.Row(1));
        Assert.Equal([2, 0, 1], set.Labels);
        Assert.Equal(["0", "5", "9"], set.ClassNames);
        Assert.Empty(set.Columns);
        Assert.Equal("small: 3 images of 2 × 2", set.ToString());
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Bytes(3).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Bytes(-1).Length);
    }

    [Fact]
    public void HoldsTheRowsOfATable()
    {
        var set = Table();
        Assert.Equal((3, 2, null, false), (set.Count, set.InputSize, set.Shape, set.IsBytes));
        Assert.Equal([-3f, 0.5f], set.Row(1));
        Assert.Equal(["r0", "r1", "r2"], set.RowNames);
        Assert.Null(set.Labels);
        Assert.Empty(set.ClassNames);
        Assert.Equal("table: 3 rows of 2 values", set.ToString());
        Assert.Contains("no bytes", Assert.Throws<InvalidOperationException>(() => set.Bytes(0).Length).Message);
        using var tensor = set.ToTensor();
        Assert.Equal((torch.float32, 2), (tensor.dtype, tensor.dim()));
        Assert.Equal([1f, 2, -3, 0.5f, 7, 8], tensor.data<float>().ToArray());
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
        Assert.Equal([8, 9, 10, 11], set.Bytes(2).ToArray());
    }

    [Fact]
    public void WhatItWasMadeOfMayChangeLater()
    {
        List<string> columns = ["a"], rows = ["x"];
        var set = Dataset.FromFloats("x", columns, [1], rowNames: rows);
        (columns[0], rows[0]) = ("b", "y");
        Assert.Equal(["a", "x"], [set.Columns[0], set.RowNames![0]]);
    }

    [Fact]
    public void TheDigestIsOfPixelsAndLabels()
    {
        // printf '\0\1\2\3\4\5\6\7\10\11\12\13\11\0\5' | sha256sum: as runs of earlier versions have it
        Assert.Equal("be0a0ae501c5c0c6a9a9c760da2939579e4340a19a20ef154aee7846185a7a51", Small().Digest);
        Assert.Equal(Small().Digest, Small("another name").Digest);
        Assert.Equal(Small().Digest, WithLabels(new([9, 0, 5], [.. Enumerable.Range(0, 10).Select(i => $"{i}")])).Digest);
        Assert.NotEqual(Small().Digest, Small(labels: [9, 0, 4]).Digest);
        Assert.NotEqual(Small().Digest, Small().Take(2).Digest);
        Assert.NotEqual(Small().Digest, Small().WithoutLabels().Digest);
        Assert.NotEqual(WithLabels(ClassLabels.Of(["a", "bc", "d"])).Digest, WithLabels(ClassLabels.Of(["ab", "c", "d"])).Digest);
    }

    [Fact]
    public void TheDigestOfNumbersIsOfKindShapeAndValues()
    {
        // python3: hashlib.sha256('float32 3 × 2\n'.encode() + numpy.float32([1, 2, -3, .5, 7, 8]).tobytes()).hexdigest()
        Assert.Equal("932009fd4a6c45a60252d0f345ef376a65e1c745cb43d4423adb761123327790", Table().Digest);
        Assert.NotEqual(Table().Digest, Dataset.FromFloats("table", ["a", "b", "c"], [1, 2, -3, 0.5f, 7, 8]).Digest);
    }

    [Fact]
    public void TakeIsTheBeginning()
    {
        var two = Small().Take(2);
        Assert.Equal("small, first 2", two.Name);
        Assert.Equal([2, 0], two.Labels);
        Assert.Equal(["0", "5", "9"], two.ClassNames);
        Assert.Equal([4, 5, 6, 7], two.Bytes(1).ToArray());
        Assert.Same(two, two.Take(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => two.Take(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => two.Take(3));
    }

    [Fact]
    public void HoldingOutTakesEveryNthAway()
    {
        var (kept, heldOut) = Small().HoldOut(2);
        Assert.Equal(("small, 1 of 2", 2, 1), (kept.Name, kept.Count, heldOut.Count));
        Assert.Equal([2, 1], kept.Labels);
        Assert.Equal([0], heldOut.Labels);
        Assert.Equal([8, 9, 10, 11], kept.Bytes(1).ToArray());
        Assert.Equal([4, 5, 6, 7], heldOut.Bytes(0).ToArray());
        Assert.Equal(("small, 2 of 3", "small, 1 of 3"), (Small().HoldOut(3).Kept.Name, Small().HoldOut(3).HeldOut.Name));
        Assert.Throws<ArgumentOutOfRangeException>(() => Small().HoldOut(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Small().HoldOut(4));
    }

    [Fact]
    public void SelectedRowsBringTheirNames()
    {
        var chosen = Table().Select("some", [2, 0, 2]);
        Assert.Equal(["r2", "r0", "r2"], chosen.RowNames);
        Assert.Equal([7f, 8], chosen.Row(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => Small().Select("x", [3]));
        Assert.Throws<ArgumentException>("rows", () => Small().Select("x", []));
    }

    [Fact]
    public void ConcatIsOneAfterTheOther()
    {
        var both = Dataset.Concat("both", Small(), Small().Take(2));
        Assert.Equal("both", both.Name);
        Assert.Equal([2, 0, 1, 2, 0], both.Labels);
        Assert.Equal([0, 1, 2, 3], both.Bytes(3).ToArray());
        AssertRefused("1 × 4", Small(), Dataset.FromBytes("flat", new ImageShape(1, 1, 4), [1, 2, 3, 4], ClassLabels.Of([0])));
        AssertRefused("only one has labels", Small(), Small().WithoutLabels());
        AssertRefused("columns differ", Table(), Dataset.FromFloats("other", ["a", "c"], [1, 2]));
        AssertRefused("of 2 values", Table(), Dataset.FromBytes("bytes", ["a", "b"], [1, 2]));
    }

    [Fact]
    public void ConcatKnowsTheClassesOfBothByName()
    {
        var both = Dataset.Concat("both", WithLabels(ClassLabels.Of(["cat", "dog", "cat"])), WithLabels(ClassLabels.Of(["ant", "dog", "dog"])));
        Assert.Equal(["ant", "cat", "dog"], both.ClassNames);
        Assert.Equal([1, 2, 1, 0, 2, 2], both.Labels);
    }

    [Fact]
    public void ClassesAreInTheOrderOfTheirNumbers()
    {
        Assert.Equal(["-1", "2", "10"], ClassLabels.Of(["10", "2", "-1", "2"]).Names);
        Assert.Equal(["10", "2", "b"], ClassLabels.Of(["b", "10", "2"]).Names);
        Assert.Equal([2, 0, 1], ClassLabels.Of([300L, -5, 7]).Indices);
    }

    [Fact]
    public void SizesAndLabelsMustFit()
    {
        Assert.Throws<ArgumentException>("name", () => Small(" "));
        Assert.Throws<ArgumentException>("pixels", () => Dataset.FromBytes("x", new ImageShape(1, 2, 2), [1, 2, 3]));
        Assert.Throws<ArgumentException>("pixels", () => Dataset.FromBytes("x", new ImageShape(1, 2, 2), []));
        Assert.Throws<ArgumentException>("pixels", () => Dataset.FromBytes("x", new ImageShape(1, 2, 2), default(ImmutableArray<byte>)));
        Assert.Throws<ArgumentException>("values", () => Dataset.FromFloats("x", ["a", "b"], [1, 2, 3]));
        Assert.Throws<ArgumentOutOfRangeException>("inputSize", () => Dataset.FromFloats("x", Array.Empty<string>(), [1]));
        Assert.Contains("1 labels for 3 images", Assert.Throws<ArgumentException>("labels", () => WithLabels(ClassLabels.Of([1]))).Message);
        Assert.Contains("2 names for 1 rows", Assert.Throws<ArgumentException>("rowNames", () => Dataset.FromFloats("x", ["a"], [1], rowNames: ["a", "b"])).Message);
        Assert.Contains("label 1 is 2", Assert.Throws<ArgumentException>("indices", () => new ClassLabels([1, 2], ["a", "b"])).Message);
        Assert.Contains("label 0 is -1", Assert.Throws<ArgumentException>("indices", () => new ClassLabels([-1], ["a"])).Message);
        Assert.Contains("'a' is named twice", Assert.Throws<ArgumentException>("names", () => new ClassLabels([0], ["a", "a"])).Message);
        Assert.Throws<ArgumentOutOfRangeException>("Height", () => new ImageShape(1, 0, 2));
        Assert.Throws<ArgumentOutOfRangeException>("Width", () => new ImageShape(1, 2, -1));
        Assert.Throws<ArgumentOutOfRangeException>("Channels", () => new ImageShape(1, 1, 1) with { Channels = 0 });
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void NumbersMustBeFinite(float value) =>
        Assert.Contains("row 1, value 'b'", Assert.Throws<ArgumentException>("values", () => Dataset.FromFloats("x", ["a", "b"], [1, 2, 3, value])).Message);

    private static void AssertRefused(string expected, Dataset first, Dataset second) =>
        Assert.Contains(expected, Assert.Throws<ArgumentException>(nameof(second), () => Dataset.Concat("both", first, second)).Message);

    private static Dataset Small(string name = "small", params int[] labels) =>
        WithLabels(ClassLabels.Of(labels.Length == 0 ? [9, 0, 5] : labels), name);

    private static Dataset WithLabels(ClassLabels labels, string name = "small") =>
        Dataset.FromBytes(name, new ImageShape(1, 2, 2), [.. Enumerable.Range(0, 12).Select(i => (byte)i)], labels);

    private static Dataset Table() => Dataset.FromFloats("table", ["a", "b"], [1, 2, -3, 0.5f, 7, 8], rowNames: ["r0", "r1", "r2"]);
}
