using DeepClustering.Data;
using DeepClustering.Files;
using Microsoft.Data.Analysis;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Files;

public sealed class InMemorySourcesTests
{
    private static DataFrame Frame() => new(
        new StringDataFrameColumn("kind", ["b", "a", "b"]),
        new DoubleDataFrameColumn("x", new double?[] { 1.5, null, 3.5 }),
        new Int32DataFrameColumn("n", new int?[] { 1, 2, 4 }),
        new BooleanDataFrameColumn("flag", new bool?[] { true, false, true }));

    [Fact]
    public void AFramesNumbersAreValuesItsTextIsWhatItIsSaidToBe()
    {
        var filled = DataFrameSource.Read(Frame(), "frame", new() { Labels = "kind", Missing = MissingValues.Mean });
        Assert.Equal(["x", "n", "flag"], filled.Columns);
        Assert.Equal([2.5f, 2, 0], filled.Row(1));
        Assert.Equal([1, 0, 1], filled.Labels);

        List<string> log = [];
        var shorter = DataFrameSource.Read(Frame(), "frame", new() { Id = "kind", Exclude = ["flag"], Missing = MissingValues.LeaveOut, Log = log.Add });
        Assert.Equal(["b", "b"], shorter.RowNames);
        Assert.Equal([3.5f, 4], shorter.Row(1));
        Assert.Contains("1 rows with missing values are left out", Assert.Single(log), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatAFrameLacksIsNamed()
    {
        string Message(DataOptions options) => Assert.Throws<InvalidDataException>(() => DataFrameSource.Read(Frame(), "frame", options)).Message;
        Assert.Contains("row 2, column 'x'", Message(new() { Labels = "kind" }), StringComparison.Ordinal);
        Assert.Contains("no numbers in column 'kind'", Message(new()), StringComparison.Ordinal);
        Assert.Contains("no label column 'colour'; its columns are 'kind', 'x', 'n', 'flag'", Message(new() { Labels = "colour" }), StringComparison.Ordinal);
        Assert.Contains("no rows", Assert.Throws<InvalidDataException>(() => DataFrameSource.Read(new DataFrame(), "none")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ArraysAndTensorsBecomeRowsOrImages()
    {
        var numbers = ArraySource.Of("numbers", new double[,] { { 1, 2 }, { 3, 4 }, { 5, 6.5 } }, ["a", "b"], ClassLabels.Of([7, 8, 7]));
        Assert.Equal([5, 6.5f], numbers.Row(2));
        Assert.Equal(["7", "8"], numbers.ClassNames);
        Assert.True(ArraySource.Of("bytes", new byte[,] { { 1, 255 } }).IsBytes);
        Assert.Contains("expected 2 names", Assert.Throws<ArgumentException>(() => ArraySource.Of("n", new int[,] { { 1, 2 } }, ["a"])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => ArraySource.Of("n", new double[,] { { double.NaN } }));

        using var scope = NewDisposeScope();
        var images = arange(24, ScalarType.Byte).reshape(2, 3, 2, 2);
        var set = ArraySource.Of("images", images);
        Assert.Equal(new ImageShape(3, 2, 2), set.Shape);
        Assert.Equal(images[1].flatten().data<byte>().ToArray(), set.Bytes(1).ToArray());
        Assert.Equal(new ImageShape(1, 2, 3), ArraySource.Of("grey", rand(4, 2, 3)).Shape);
        // Columns of a transposed tensor: the values count, not how they lie in memory.
        Assert.Equal([0, 2, 4], ArraySource.Of("turned", arange(6, ScalarType.Int64).reshape(3, 2).t()).Row(0));
        Assert.Throws<ArgumentException>(() => ArraySource.Of("one", rand(4)));
        Assert.Throws<ArgumentException>(() => ArraySource.Of("none", empty(0, 4)));
    }

    [Fact]
    public void NumbersThatFloat32CannotTellApartAreNoticed()
    {
        double[] seconds = [.. Enumerable.Range(0, 60).Select(i => 1.7e9 + i)];
        double[,] rows = new double[60, 1];
        Buffer.BlockCopy(seconds, 0, rows, 0, 60 * sizeof(double));
        using var values = tensor(seconds).reshape(60, 1);
        const string trouble = "column 'time' that single precision (float32) cannot tell apart";
        Assert.Contains(trouble, DataFrameSource.Read(new DataFrame(new DoubleDataFrameColumn("time", seconds)), "frame").Lost, StringComparison.Ordinal);
        Assert.Contains(trouble, ArraySource.Of("rows", rows, ["time"]).Lost, StringComparison.Ordinal);
        Assert.Contains("column '1' that single", ArraySource.Of("rows", values).Lost, StringComparison.Ordinal);
        Assert.Contains("column '1' that single", ArraySource.Of("images", values.reshape(60, 1, 1)).Lost, StringComparison.Ordinal);
        Assert.Null(ArraySource.Of("rows", (values - 1.7e9).to(float32)).Lost);
        Assert.Contains("1E+300", Assert.Throws<ArgumentException>(() => ArraySource.Of("n", new double[,] { { 1e300 } })).Message, StringComparison.Ordinal);
    }
}
