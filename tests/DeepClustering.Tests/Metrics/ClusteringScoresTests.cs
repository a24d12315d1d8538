using DeepClustering.Metrics;
using TorchSharp;
using Xunit;

namespace DeepClustering.Tests.Metrics;

public sealed class ClusteringScoresTests
{
    private static readonly int[] _classes = [0, 0, 1, 1, 2, 2];

    [Fact]
    public void TakesEachScoreFromItsOwnGroups()
    {
        using var scope = torch.NewDisposeScope();
        var points = torch.rand(6, 2, torch.float64);
        int[] clusters = [0, 0, 1, 2, 2, 2];
        var scores = ClusteringScores.Of(points, _classes, clusters);
        Assert.Equal(ClusteringAccuracy.Score(_classes, clusters).Accuracy, scores.Accuracy);
        Assert.Equal(VMeasure.Score(_classes, clusters).Value, scores.VMeasure);
        Assert.Equal(AdjustedRandIndex.Score(_classes, clusters), scores.AdjustedRandIndex);
        Assert.Equal(Silhouette.Score(points, _classes), scores.SilhouetteOfClasses);
        Assert.Equal(Silhouette.Score(points, clusters), scores.SilhouetteOfClusters);
        Assert.Equal(CalinskiHarabasz.Score(points, _classes), scores.CalinskiHarabaszOfClasses);
        Assert.Equal(CalinskiHarabasz.Score(points, clusters), scores.CalinskiHarabaszOfClusters);
    }

    [Fact]
    public void ACollapsedClusteringHasNoSilhouette()
    {
        using var scope = torch.NewDisposeScope();
        var scores = ClusteringScores.Of(torch.rand(6, 2), _classes, [4, 4, 4, 4, 4, 4]);
        Assert.Null(scores.SilhouetteOfClusters);
        Assert.Null(scores.CalinskiHarabaszOfClusters);
        Assert.NotNull(scores.SilhouetteOfClasses);
    }
}
