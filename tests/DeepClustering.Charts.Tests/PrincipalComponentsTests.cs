using CsCheck;
using DeepClustering.Embeddings;
using TorchSharp;
using Xunit;

namespace DeepClustering.Charts.Tests;

public sealed class PrincipalComponentsTests
{
    private static readonly double[,] _points = { { 1, 2, 0.5 }, { 2, 1, -1 }, { 3, 5, 2 }, { 0, -1, 0 }, { 4, 3, 1.5 } };

    // scikit-learn 1.2.1, PCA(2).fit of the points above, with each axis' largest entry made positive.
    private static readonly double[] _ratios = [0.8614044829064554, 0.09399868510221869];

    private static readonly double[] _coordinates =
    [
        -0.5324824318700839, -0.7829043709897145,
        -1.3629139657204847, 1.0537497565677216,
        3.369802060777649, -0.7536470838589239,
        -3.580490195096733, -0.4470367252362402,
        2.1060845319096524, 0.9298384235171571,
    ];

    [Fact]
    public void AgreeWithScikitLearn()
    {
        using var scope = torch.NewDisposeScope();
        var points = torch.tensor(_points);
        using var components = PrincipalComponents.Fit(points);
        Numbers.Close(_ratios, components.ExplainedVarianceRatio);
        Numbers.CloseTensor([2, 2, 0.6], components.Mean);
        Numbers.CloseTensor(_coordinates, components.Project(points));
    }

    [Fact]
    public void ProjectDiagonalCovariances()
    {
        using var scope = torch.NewDisposeScope();
        using var components = PrincipalComponents.Fit(torch.tensor(_points));
        var projected = components.ProjectCovariances(torch.tensor(new[,] { { 0.5, 2, 1 }, { 3, 3, 3 } }));
        // numpy 1.24: A.T @ diag(0.5, 2, 1) @ A with the same axes; an isotropic covariance stays itself.
        Numbers.CloseTensor(
            [1.5020512269672006, -0.4519481735937381, -0.4519481735937381, 0.7528507264797674, 3, 0, 0, 3], projected);
    }

    [Fact]
    public void PointsOnALineHaveOneComponent()
    {
        using var scope = torch.NewDisposeScope();
        using var components = PrincipalComponents.Fit(torch.tensor(new[,] { { 0f, 0 }, { 3, 4 }, { 6, 8 } }));
        Numbers.Close([1, 0], components.ExplainedVarianceRatio);
        Numbers.CloseTensor([0.6, 0.8], components.Axes.select(1, 0));
    }

    [Fact]
    public void CoincidingPointsExplainNothing()
    {
        using var scope = torch.NewDisposeScope();
        using var components = PrincipalComponents.Fit(torch.ones(5, 3));
        Assert.Equal([0.0, 0.0], components.ExplainedVarianceRatio);
    }

    [Fact]
    public void AllComponentsKeepDistances() => Gen.Double[-10, 10].Array[12].Sample(values =>
    {
        using var scope = torch.NewDisposeScope();
        var points = torch.tensor(values).reshape(4, 3);
        using var components = PrincipalComponents.Fit(points, 3);
        var projected = components.Project(points);
        Numbers.CloseTensor(torch.cdist(points, points).data<double>().ToArray(), torch.cdist(projected, projected), 1e-6);
        Assert.Equal(1, components.ExplainedVarianceRatio.Sum(), 1e-9);
    }, iter: 50, threads: 1);

    [Fact]
    public void AskForAtLeastTwoFinitePoints()
    {
        using var scope = torch.NewDisposeScope();
        Assert.Throws<ArgumentException>("points", () => PrincipalComponents.Fit(torch.ones(1, 3)));
        Assert.Throws<ArgumentException>("points", () => PrincipalComponents.Fit(torch.ones(3)));
        Assert.Throws<ArgumentException>("points", () => PrincipalComponents.Fit(torch.full([3, 3], double.NaN)));
        Assert.Throws<ArgumentException>("points", () => PrincipalComponents.Fit(torch.ones(3, 3, dtype: torch.int64)));
        Assert.Throws<ArgumentOutOfRangeException>("count", () => PrincipalComponents.Fit(torch.ones(3, 3), 4));
        using var components = PrincipalComponents.Fit(torch.randn(4, 3));
        var error = Assert.Throws<ArgumentException>("points", () => components.Project(torch.ones(2, 4)));
        Assert.Contains("Expected 3 columns", error.Message);
    }
}
