using CsCheck;
using DeepClustering.Metrics;
using Xunit;

namespace DeepClustering.Tests.Metrics;

public sealed class ClusteringAccuracyTests
{
    [Fact]
    public void EqualsTheBestMatchingOfScipy()
    {
        Assert.All(Fixture.Labellings.Where(reference => reference.Accuracy is not null), reference =>
            Assert.Equal(reference.Accuracy!.Value, ClusteringAccuracy.Score(reference.Classes, reference.Clusters).Accuracy, 5e-13));
    }

    [Fact]
    public void ByHandWithAClusterLeftOver()
    {
        // Cluster 30 holds both points of class 1, cluster 20 two of class 0, cluster 10 one of each: left over.
        var result = ClusteringAccuracy.Score([0, 0, 1, 1, 0, 1], [20, 20, 30, 30, 10, 10]);
        Assert.Equal(4 / 6.0, result.Accuracy, 5e-16);
        Assert.Equal(new Dictionary<int, int?> { [10] = null, [20] = 0, [30] = 1 }, result.Assignment);
        Assert.Equal([0, 1], result.Classes);
        Assert.Equal([20, 30, 10], result.Columns);
        Assert.Equal(new int[][] { [2, 0, 1], [0, 2, 1] }, result.ConfusionMatrix);
    }

    [Fact]
    public void ByHandWithAClassLeftOver()
    {
        var result = ClusteringAccuracy.Score([5, 5, 6, 7, 7, 7], [1, 1, 1, 0, 0, 0]);
        Assert.Equal(5 / 6.0, result.Accuracy, 5e-16);
        Assert.Equal(new Dictionary<int, int?> { [0] = 7, [1] = 5 }, result.Assignment);
        Assert.Equal([1, null, 0], result.Columns);
        Assert.Equal(new int[][] { [2, 0, 0], [1, 0, 0], [0, 0, 3] }, result.ConfusionMatrix);
    }

    [Fact]
    public void PermutedLabelsAreRight()
    {
        Gen.Select(LabellingGen.Pair, LabellingGen.Names).Sample((pair, names) =>
            ClusteringAccuracy.Score(pair.Classes, LabellingGen.Rename(pair.Classes, names)).Accuracy == 1);
    }

    [Fact]
    public void NamesAndOrderOfPointsDoNotMatter()
    {
        Gen.Select(LabellingGen.Pair, LabellingGen.Names, Gen.Int).Sample((pair, names, seed) =>
        {
            var (classes, clusters) = LabellingGen.Disguise(pair.Classes, pair.Clusters, names, seed);
            return ClusteringAccuracy.Score(classes, clusters).Accuracy == ClusteringAccuracy.Score(pair.Classes, pair.Clusters).Accuracy;
        });
    }

    [Fact]
    public void TheMatrixAgreesWithTheAssignment()
    {
        LabellingGen.Pair.Sample(pair =>
        {
            var result = ClusteringAccuracy.Score(pair.Classes, pair.Clusters);
            int right = pair.Classes.Zip(pair.Clusters).Count(point => result.Assignment[point.Second] == point.First);
            Assert.Equal(right / (double)pair.Classes.Length, result.Accuracy, 5e-16);
            Assert.Equal(pair.Classes.Length, result.ConfusionMatrix.Sum(row => row.Sum()));
            for (int i = 0; i < result.Classes.Count; i++)
            {
                for (int j = 0; j < result.Columns.Count; j++)
                {
                    int count = pair.Classes.Zip(pair.Clusters).Count(point => point.First == result.Classes[i] && point.Second == result.Columns[j]);
                    Assert.Equal(count, result.ConfusionMatrix[i][j]);
                }
            }
        });
    }

    [Fact]
    public void NeedsPointsAndEqualLengths()
    {
        Assert.Throws<ArgumentException>("classes", () => ClusteringAccuracy.Score([], []));
        Assert.Throws<ArgumentException>("clusters", () => ClusteringAccuracy.Score([1], []));
    }
}
