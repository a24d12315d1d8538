using CsCheck;
using DeepClustering.Metrics;
using Xunit;

namespace DeepClustering.Tests.Metrics;

/// <summary>V-measure, NMI and ARI: the metrics of two labellings that are numbers alone.</summary>
public sealed class PairwiseLabellingTests
{
    [Fact]
    public void EqualScikitLearn()
    {
        Assert.All(Fixture.Labellings, reference =>
        {
            var (classes, clusters) = (reference.Classes, reference.Clusters);
            var v = VMeasure.Score(classes, clusters);
            Assert.Equal(reference.Homogeneity, v.Homogeneity, 5e-13);
            Assert.Equal(reference.Completeness, v.Completeness, 5e-13);
            Assert.Equal(reference.VMeasure, v.Value, 5e-13);
            Assert.Equal(reference.VMeasureBetaHalf, VMeasure.Score(classes, clusters, 0.5).Value, 5e-13);
            Assert.Equal(reference.Nmi, NormalizedMutualInformation.Score(classes, clusters), 5e-13);
            Assert.Equal(reference.Ari, AdjustedRandIndex.Score(classes, clusters), 5e-13);
        });
    }

    [Fact]
    public void ByHand()
    {
        // Classes of 2 and 2, clusters of 2, 1 and 1: I = H(C) = log 2, H(K) = 3/2 log 2.
        int[] classes = [0, 0, 1, 1];
        int[] clusters = [0, 0, 1, 2];
        var v = VMeasure.Score(classes, clusters);
        Assert.Equal(1, v.Homogeneity, 5e-15);
        Assert.Equal(2 / 3.0, v.Completeness, 5e-15);
        Assert.Equal(0.8, v.Value, 5e-15);
        Assert.Equal(0.8, NormalizedMutualInformation.Score(classes, clusters), 5e-15);
        // Ordered pairs: 2 in both, 2 in the class only, 0 in the cluster only, 8 in neither: 2 * 16 / (4 * 10 + 2 * 8).
        Assert.Equal(4 / 7.0, AdjustedRandIndex.Score(classes, clusters), 5e-15);
    }

    [Fact]
    public void TheLowestRandIndexIsMinusOneHalf() => Assert.Equal(-0.5, AdjustedRandIndex.Score([0, 0, 1, 1], [0, 1, 0, 1]), 5e-15);

    [Fact]
    public void ManyPointsDoNotOverflow()
    {
        // 200,000 points: products of pair counts pass 2^63. Halves against quarters: h = 1, c = 1/2.
        int[] quarters = Enumerable.Range(0, 200_000).Select(n => n % 4).ToArray();
        int[] halves = Array.ConvertAll(quarters, n => n / 2);
        Assert.Equal(0.5, VMeasure.Score(halves, quarters).Completeness, 5e-13);
        // 1/2 in the limit; this value from scikit-learn 1.2.1.
        Assert.Equal(0.49999624995312436, AdjustedRandIndex.Score(halves, quarters), 5e-13);
    }

    [Fact]
    public void SwappingSwapsHomogeneityAndCompleteness()
    {
        LabellingGen.Pair.Sample(pair =>
        {
            var (forth, back) = (VMeasure.Score(pair.Classes, pair.Clusters), VMeasure.Score(pair.Clusters, pair.Classes));
            Assert.Equal(forth.Homogeneity, back.Completeness, 5e-13);
            Assert.Equal(forth.Completeness, back.Homogeneity, 5e-13);
            Assert.Equal(forth.Value, back.Value, 5e-13);
            Assert.Equal(NormalizedMutualInformation.Score(pair.Classes, pair.Clusters), NormalizedMutualInformation.Score(pair.Clusters, pair.Classes), 5e-13);
            Assert.Equal(AdjustedRandIndex.Score(pair.Classes, pair.Clusters), AdjustedRandIndex.Score(pair.Clusters, pair.Classes), 5e-13);
        });
    }

    [Fact]
    public void NamesAndOrderOfPointsDoNotMatter()
    {
        Gen.Select(LabellingGen.Pair, LabellingGen.Names, Gen.Int).Sample((pair, names, seed) =>
        {
            var (classes, clusters) = LabellingGen.Disguise(pair.Classes, pair.Clusters, names, seed);
            Assert.Equal(VMeasure.Score(pair.Classes, pair.Clusters).Value, VMeasure.Score(classes, clusters).Value, 5e-13);
            Assert.Equal(AdjustedRandIndex.Score(pair.Classes, pair.Clusters), AdjustedRandIndex.Score(classes, clusters), 5e-13);
        });
    }

    [Fact]
    public void ScoresKeepTheirRangesAndVMeasureIsNmi()
    {
        LabellingGen.Pair.Sample(pair =>
        {
            var v = VMeasure.Score(pair.Classes, pair.Clusters);
            Assert.InRange(v.Homogeneity, 0, 1 + 1e-12);
            Assert.InRange(v.Completeness, 0, 1 + 1e-12);
            Assert.Equal(v.Value, NormalizedMutualInformation.Score(pair.Classes, pair.Clusters), 5e-13);
            Assert.InRange(AdjustedRandIndex.Score(pair.Classes, pair.Clusters), -0.5, 1);
        });
    }

    [Fact]
    public void RenamedLabelsAgree()
    {
        Gen.Select(LabellingGen.Pair, LabellingGen.Names).Sample((pair, names) =>
        {
            int[] renamed = LabellingGen.Rename(pair.Classes, names);
            Assert.Equal(1, VMeasure.Score(pair.Classes, renamed).Value, 5e-13);
            Assert.Equal(1, AdjustedRandIndex.Score(pair.Classes, renamed));
        });
    }

    [Fact]
    public void BetaZeroLeavesHomogeneityAlone()
    {
        int[] classes = [0, 0, 1, 1, 2, 2];
        int[] clusters = [0, 0, 1, 1, 1, 2];
        var v = VMeasure.Score(classes, clusters, 0);
        Assert.Equal(v.Homogeneity, v.Value, 5e-15);
        Assert.Equal(0, VMeasure.Score([0, 0], [0, 1], 0).Value);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void BetaMustBeANumberFromZero(double beta) =>
        Assert.Throws<ArgumentOutOfRangeException>(nameof(beta), () => VMeasure.Score([0], [0], beta));

    [Fact]
    public void LengthsMustAgree()
    {
        Assert.Throws<ArgumentException>("clusters", () => VMeasure.Score([0, 1], [0]));
        Assert.Throws<ArgumentException>("clusters", () => NormalizedMutualInformation.Score([0, 1], [0]));
        Assert.Throws<ArgumentException>("clusters", () => AdjustedRandIndex.Score([0, 1], [0]));
    }
}
