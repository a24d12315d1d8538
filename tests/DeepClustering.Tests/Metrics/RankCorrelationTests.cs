using CsCheck;
using DeepClustering.Metrics;
using Xunit;

namespace DeepClustering.Tests.Metrics;

public sealed class RankCorrelationTests
{
    // scipy 1.10.1, spearmanr.
    [Theory]
    [InlineData(new[] { 1.0, 2, 3, 4, 5 }, new[] { 5.0, 6, 7, 8, 7 }, 0.8207826816681233)]
    [InlineData(new[] { 0.3, -1, 2.5, 2.5, 0, 7 }, new[] { 1.0, 1, 0, 4, -2, 4 }, 0.5523003264745422)]
    [InlineData(new[] { 1.0, 1, 2, 2, 3 }, new[] { 9.0, 8, 7, 7, 7 }, -0.8838834764831843)]
    public void AgreesWithScipy(double[] first, double[] second, double expected) =>
        Assert.Equal(expected, RankCorrelation.Score(first, second), 5e-13);

    [Fact]
    public void OnlyTheOrderCounts() => Gen.Int[-50, 50].HashSet[2, 20].Sample(set =>
    {
        double[] values = [.. set.Select(value => value / 10.0)];
        Assert.Equal(1, RankCorrelation.Score(values, Array.ConvertAll(values, Math.Exp)), 5e-13);
        Assert.Equal(-1, RankCorrelation.Score(values, Array.ConvertAll(values, value => -value)), 5e-13);
    });

    [Fact]
    public void WhereThereIsNoOrderThereIsNoCorrelation()
    {
        Assert.True(double.IsNaN(RankCorrelation.Score([1, 1, 1], [1, 2, 3])));
        Assert.True(double.IsNaN(RankCorrelation.Score([4], [2])));
    }

    [Fact]
    public void BadArgumentsAreNamed()
    {
        Assert.Equal("second", Assert.Throws<ArgumentException>(() => RankCorrelation.Score([1, 2], [1])).ParamName);
        Assert.Equal("first", Assert.Throws<ArgumentException>(() => RankCorrelation.Score([1, double.NaN], [1, 2])).ParamName);
    }
}
