using System.Text.Json;
using CsCheck;
using DeepClustering.Data;
using DeepClustering.Models;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Data;

public sealed class ScalingTests
{
    private static readonly ScalingKind[] _ofNumbers = [ScalingKind.None, ScalingKind.Standardised, ScalingKind.MinMax, ScalingKind.CommonRange];

    [Theory]
    [InlineData(ScalingKind.CommonRange, 0, 16, 0, 0, 0, 3, 16, 8, 1)]      // two of three columns reach from 0 to 16
    [InlineData(ScalingKind.CommonRange, 0, 1, 0, 1, 0, 0, 1, 1, 0)]        // a constant column has no say
    [InlineData(ScalingKind.Standardised, 0, 16, 0, 0, 0, 3, 15, 7, 1)]     // none but one reaches 16
    [InlineData(ScalingKind.Standardised, 0, 0, 900, 1, 1, 30, 1, 0, 50)]   // marks beside an income
    [InlineData(ScalingKind.Standardised, 0, 1, 5, 1, 0, 5, 1, 1, 5)]       // unless it lies beyond
    [InlineData(ScalingKind.Standardised, -1, 1, 0, 1, -1, 1, 0, 1, -1)]    // negative
    [InlineData(ScalingKind.Standardised, 2, 2, 2, 2, 2, 2, 2, 2, 2)]       // nothing varies
    public void TheScalingOfColumnsDependsOnWhetherTheyHaveOneUnit(ScalingKind kind, params int[] values)
    {
        var data = Dataset.FromFloats("numbers", ["a", "b", "c"], [.. values.Select(value => (float)value)]);
        Assert.Equal(Scaling.Fit(kind, data), Scaling.SuitedTo(data));
    }

    [Fact]
    public void ColumnsAreStandardisedAsByScikitLearn()
    {
        // sklearn 1.2.1: StandardScaler().fit_transform([[1, 10, 5], [2, 20, 5], [4, -40, 5]])
        AssertScaled(ScalingKind.Standardised, [-1.0690449f, 0.50800051f, 0, -0.26726124f, 0.88900089f, 0, 1.3363062f, -1.3970014f, 0]);
    }

    [Fact]
    public void ColumnsOrAllGoToTheUnitInterval()
    {
        AssertScaled(ScalingKind.MinMax, [0, 50 / 60f, 0, 1 / 3f, 1, 0, 1, 0, 0]);
        AssertScaled(ScalingKind.CommonRange, [41 / 60f, 50 / 60f, 45 / 60f, 42 / 60f, 1, 45 / 60f, 44 / 60f, 0, 45 / 60f]);
        AssertScaled(ScalingKind.None, [1, 10, 5, 2, 20, 5, 4, -40, 5]);
    }

    [Fact]
    public void BytesAreScaledAsTheModelsAlwaysDid()
    {
        using var bytes = tensor(Enumerable.Range(0, 256).Select(i => (byte)i).ToArray()).reshape(2, 128);
        using var scaled = Scaling.Bytes.Apply(bytes);
        using var intensities = LatentModel.Intensities(bytes);
        Assert.Equal(intensities.data<float>().ToArray(), scaled.data<float>().ToArray());
        using var back = Scaling.Bytes.Invert(scaled);
        Assert.Equal(Enumerable.Range(0, 256).Select(i => (float)i), back.round().data<float>().ToArray());
        using var floats = bytes.to(float32);
        Assert.Contains("found Float32", Assert.Throws<ArgumentException>("rows", () => Scaling.Bytes.Apply(floats)).Message);
    }

    [Fact]
    public void CountsGoToTheirLogarithms()
    {
        using var counts = tensor(new float[] { 0, 1, 1e6f, 1e-6f }).reshape(2, 2);
        using var scaled = Scaling.Fit(ScalingKind.Log1p, counts).Apply(counts);
        Assert.Equal([0, 0.6931472f, 13.815512f, 9.999995e-7f], scaled.data<float>().ToArray());
        using var negative = tensor(new[] { 1f, -0.5f }).reshape(1, 2);
        Assert.Contains("found -0.5", Assert.Throws<ArgumentException>("training", () => Scaling.Fit(ScalingKind.Log1p, negative)).Message);
    }

    [Fact]
    public void AColumnFarFromZeroKeepsItsSpread()
    {
        // float32 has steps of 64 here.
        using var rows = tensor(new[] { 1e9f, 1e9f + 64, 1e9f + 128, 1e9f + 192 }).reshape(4, 1);
        using var scaled = Scaling.Fit(ScalingKind.Standardised, rows).Apply(rows);
        float[] expected = [-1.3416408f, -0.4472136f, 0.4472136f, 1.3416408f];
        Assert.All(expected.Zip(scaled.data<float>().ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
    }

    [Fact]
    public void WhatIsScaledComesBack() =>
        Gen.Float[-1e4f, 1e4f].Array[3, 30].Select(Gen.Int[0, 3]).Sample((values, kind) =>
        {
            using var scope = NewDisposeScope();
            var rows = tensor(values).narrow(0, 0, values.Length / 3 * 3).reshape(-1, 3);
            var scaling = Scaling.Fit(_ofNumbers[kind], rows);
            var scaled = scaling.Apply(rows);
            return scaled.isfinite().all().item<bool>() && scaling.Invert(scaled).sub(rows).abs().max().item<float>() < 1e-2;
        }, iter: 200);

    [Fact]
    public void ConstantColumnsAreZero() =>
        Gen.Float[-1e30f, 1e30f].Select(Gen.Int[1, 9]).Sample((value, count) =>
        {
            using var scope = NewDisposeScope();
            var rows = full([count, 2], value, dtype: float32);
            return Array.TrueForAll([ScalingKind.Standardised, ScalingKind.MinMax, ScalingKind.CommonRange],
                kind => Scaling.Fit(kind, rows).Apply(rows).eq(0).all().item<bool>());
        }, iter: 100);

    [Fact]
    public void ARecordKeepsIt()
    {
        using var rows = Rows();
        foreach (var kind in Enum.GetValues<ScalingKind>().Where(kind => kind != ScalingKind.Bytes))
        {
            using var counts = rows.abs();
            var scaling = Scaling.Fit(kind, counts);
            var read = JsonSerializer.Deserialize<Scaling>(JsonSerializer.Serialize(scaling));
            Assert.Equal(scaling, read);
            Assert.Equal(scaling.GetHashCode(), read!.GetHashCode());
        }
        Assert.Equal("""{"$type":"Bytes"}""", JsonSerializer.Serialize(Scaling.Bytes));
        Assert.NotEqual(Scaling.Fit(ScalingKind.MinMax, rows), Scaling.Fit(ScalingKind.Standardised, rows));
    }

    [Theory]
    [InlineData("""{"$type":"MinMax","Offsets":[1],"Scales":[0]}""")]
    [InlineData("""{"$type":"MinMax","Offsets":[1],"Scales":[1,2]}""")]
    [InlineData("""{"$type":"Standardised","Offsets":[],"Scales":[]}""")]
    [InlineData("""{"$type":"Standardised"}""")]
    [InlineData("""{"$type":"Standardised","Offsets":[1],"Scales":[-1]}""")]
    public void ADamagedRecordIsRefused(string json) =>
        Assert.Contains("positive scales", Assert.Throws<InvalidDataException>(() => JsonSerializer.Deserialize<Scaling>(json)).Message);

    [Fact]
    public void RowsOfAnotherWidthAreRefused()
    {
        using var rows = Rows();
        var scaling = Scaling.Fit(ScalingKind.MinMax, rows);
        using var narrow = rows.narrow(1, 0, 2);
        Assert.Contains("expected rows (B, 3), found (3, 2)", Assert.Throws<ArgumentException>("rows", () => scaling.Apply(narrow)).Message);
        Assert.Contains("(B, 3)", Assert.Throws<ArgumentException>("scaled", () => scaling.Invert(narrow)).Message);
        using var flat = rows.flatten();
        Assert.Throws<ArgumentException>("training", () => Scaling.Fit(ScalingKind.None, flat));
    }

    private static Tensor Rows() => tensor(new float[] { 1, 10, 5, 2, 20, 5, 4, -40, 5 }).reshape(3, 3);

    private static void AssertScaled(ScalingKind kind, float[] expected)
    {
        using var rows = Rows();
        using var scaled = Scaling.Fit(kind, rows).Apply(rows);
        Assert.Equal(float32, scaled.dtype);
        Assert.All(expected.Zip(scaled.data<float>().ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
    }
}
