using DeepClustering.Mixtures;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Mixtures;

/// <summary>The same points, start and settings as scikit-learn 1.2.1's GaussianMixture.</summary>
public sealed class GaussianMixtureReferenceTests
{
    private const double Tolerance = 1e-8;

    [Theory]
    [InlineData(CovarianceType.Diagonal)]
    [InlineData(CovarianceType.Spherical)]
    [InlineData(CovarianceType.Full)]
    public void FitFromTheSameStartEndsInTheSameMixture(CovarianceType type)
    {
        using var scope = NewDisposeScope();
        var reference = References.Mixture(type);
        var points = References.Points;
        using var start = References.Start(type);
        using var mixture = GaussianMixture.Fit(points, References.Options(type), start);

        Assert.Equal(reference.GetProperty("iterations").GetInt32(), mixture.Iterations);
        Assert.Equal(reference.GetProperty("converged").GetBoolean(), mixture.Converged);
        Near.Equal(reference.GetProperty("lowerBound").GetDouble(), mixture.History[^1], Tolerance);
        Near.Equal(References.Values(reference.GetProperty("weights")), mixture.Weights, Tolerance);
        Near.Equal(References.Values(reference.GetProperty("means")), mixture.Means, Tolerance);
        Near.Equal(References.Values(reference.GetProperty("covariances")), mixture.Covariances, Tolerance);
        Near.Equal(References.Values(reference.GetProperty("logDensities")), mixture.LogDensities(points), Tolerance);
        Near.Equal(References.Values(reference.GetProperty("responsibilities")), mixture.Responsibilities(points), Tolerance);
        Near.Equal(reference.GetProperty("logLikelihood").GetDouble(), mixture.LogLikelihood(points), Tolerance);
        Near.Equal(reference.GetProperty("bic").GetDouble(), mixture.Bic(points), Tolerance);
        Assert.Equal(References.Labels(reference.GetProperty("labels")), mixture.Predict(points));
    }

    [Theory]
    [InlineData(CovarianceType.Diagonal)]
    [InlineData(CovarianceType.Spherical)]
    [InlineData(CovarianceType.Full)]
    public void FitFromKMeansIsAtLeastAsLikely(CovarianceType type)
    {
        using var points = References.Points;
        var options = References.Options(type) with { Restarts = 5 };
        using var mixture = GaussianMixture.Fit(points, options);
        double reference = References.Mixture(type).GetProperty("logLikelihood").GetDouble();
        Assert.True(mixture.LogLikelihood(points) >= reference - 1e-3, $"{mixture.LogLikelihood(points)} < {reference}");
    }
}
