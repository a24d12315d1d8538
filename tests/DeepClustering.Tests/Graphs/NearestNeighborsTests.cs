using CsCheck;
using DeepClustering.Graphs;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Graphs;

public sealed class NearestNeighborsTests
{
    [Fact]
    public void AreScikitLearns()
    {
        foreach (var reference in GraphReference.All)
        {
            foreach (var type in new[] { ScalarType.Float64, ScalarType.Float32 })
            {
                using var points = reference.Tensor(type);
                var found = NearestNeighbors.Find(points, reference.Neighbors);
                for (int point = 0; point < found.Points; point++)
                {
                    double[] distances = found.Distances(point).ToArray();
                    Assert.All(distances.Zip(reference.Distances[point]), pair => Assert.Equal(pair.Second, pair.First, type == ScalarType.Float64 ? 1e-9 : 1e-5));
                    // Where scikit-learn has two at one distance, their order is chance.
                    if (reference.Distances[point].Zip(reference.Distances[point].Skip(1)).All(pair => pair.Second - pair.First > 1e-5))
                    {
                        Assert.Equal(reference.Indices[point], found.Of(point).ToArray());
                    }
                }
            }
        }
    }

    // Whole numbers times a power of two make ties and duplicates; with 300 dimensions or 3, tiles are of one step or of many.
    [Fact]
    public void AreThoseOfASortByDistanceAndIndex() =>
        Gen.Select(Gen.Int[2, 80], Gen.OneOf(Gen.Const(1), Gen.Const(3), Gen.Const(300)), Gen.Int[0, 1000], Gen.Bool, Gen.OneOf(Gen.Const(1.0), Gen.Const(Math.ScaleB(1, -100)), Gen.Const(Math.ScaleB(1, 100)))).Sample((n, d, seed, wide, unit) =>
        {
            using var scope = NewDisposeScope();
            var points = (randn(n, d, float64, generator: new Generator((ulong)seed)) * 3).round() * unit;
            double[] values = points.to(ScalarType.Float32).to(float64).data<double>().ToArray();
            var found = NearestNeighbors.Find(wide ? points.to(ScalarType.Float32).to(float64) : points.to(ScalarType.Float32), Math.Min(7, n - 1));
            for (int i = 0; i < n; i++)
            {
                double Distance(int j) => Math.Sqrt(Enumerable.Range(0, d).Sum(c => Square((values[i * d + c] - values[j * d + c]) / unit)));
                int[] expected = Enumerable.Range(0, n).Where(j => j != i).OrderBy(j => Distance(j)).ThenBy(j => j).Take(found.Neighbors).ToArray();
                Assert.Equal(expected, found.Of(i).ToArray());
                Assert.All(expected.Zip(found.Distances(i).ToArray()), pair => Assert.Equal(Distance(pair.First), pair.Second / unit, 1e-4));
            }
        }, iter: 30);

    private static double Square(double x) => x * x;

    // The squares of these numbers, and so a matrix product of them, cannot tell the points apart; their differences can.
    [Fact]
    public void NearPointsFarFromZeroAreToldApart()
    {
        using var points = tensor(new[] { 1e8, 1e8 + 1, 1e8 + 3, 1e8 + 7 }, float64).unsqueeze(1);
        var found = NearestNeighbors.Find(points, 3);
        Assert.Equal([2, 1, 0], found.Of(3).ToArray());
        Assert.Equal([4, 6, 7], found.Distances(3).ToArray());
    }

    [Fact]
    public void DuplicatesAreNeighboursAtNoDistance()
    {
        using var points = ones(6, 2);
        var found = NearestNeighbors.Find(points, 2);
        Assert.Equal([0, 1], found.Of(4).ToArray());
        Assert.Equal([1, 2], found.Of(0).ToArray());
        Assert.Equal([0, 0], found.Distances(0).ToArray());
    }

    [Fact]
    public void FewerAreTheFirstOfMore()
    {
        using var points = randn(50, 2, generator: new Generator(1));
        var (six, three) = (NearestNeighbors.Find(points, 6), NearestNeighbors.Find(points, 3));
        var cut = six.Nearest(3);
        Assert.All(Enumerable.Range(0, 50), point => Assert.Equal(three.Of(point).ToArray(), cut.Of(point).ToArray()));
        Assert.All(Enumerable.Range(0, 50), point => Assert.Equal(three.Distances(point).ToArray(), cut.Distances(point).ToArray()));
        Assert.Throws<ArgumentOutOfRangeException>(() => three.Nearest(4));
    }

    [Fact]
    public void RefusesWhatHasNoNeighbours()
    {
        using var scope = NewDisposeScope();
        Assert.Contains("1 to 4", Assert.Throws<ArgumentOutOfRangeException>("neighbors", () => NearestNeighbors.Find(zeros(5, 2), 5)).Message);
        Assert.Throws<ArgumentOutOfRangeException>("neighbors", () => NearestNeighbors.Find(zeros(5, 2), 0));
        Assert.Contains("at least 2", Assert.Throws<ArgumentException>("points", () => NearestNeighbors.Find(zeros(1, 2), 1)).Message);
        Assert.Contains("(5)", Assert.Throws<ArgumentException>("points", () => NearestNeighbors.Find(zeros(5), 1)).Message);
        Assert.Contains("Int64", Assert.Throws<ArgumentException>("points", () => NearestNeighbors.Find(zeros(5, 2, int64), 1)).Message);
        var broken = zeros(5, 2);
        broken[3, 1] = tensor(float.NaN);
        Assert.Contains("1 of 5, first in point 3", Assert.Throws<ArgumentException>("points", () => NearestNeighbors.Find(broken, 1)).Message);
    }
}
