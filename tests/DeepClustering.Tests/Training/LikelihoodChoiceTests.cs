using DeepClustering.Data;
using DeepClustering.Likelihoods;
using DeepClustering.Training;
using Xunit;

namespace DeepClustering.Tests.Training;

public sealed class LikelihoodChoiceTests
{
    private static readonly Dataset _bytes = Dataset.FromBytes("bytes", ["a", "b"], [0, 255, 3, 7]);
    private static readonly Dataset _numbers = Dataset.FromFloats("numbers", ["a", "b"], [-1, 30, 2.5f, 40]);
    private static readonly Dataset _counts = Dataset.FromFloats("counts", ["a", "b"], [0, 30, 2, 40]);

    /// <summary>Whatever is chosen, the scaled data lie where the likelihood is defined.</summary>
    [Theory]
    [InlineData("", typeof(Bernoulli), typeof(Gaussian))]
    [InlineData("Bernoulli", typeof(Bernoulli), typeof(Bernoulli))]
    [InlineData("continuousbernoulli", typeof(ContinuousBernoulli), typeof(ContinuousBernoulli))]
    [InlineData("Gaussian", typeof(Gaussian), typeof(Gaussian))]
    [InlineData("HeteroscedasticGaussian", typeof(HeteroscedasticGaussian), typeof(HeteroscedasticGaussian))]
    [InlineData("Poisson", typeof(Poisson), typeof(Poisson))]
    public void ALikelihoodComesWithAScalingIntoItsSupport(string name, Type ofBytes, Type ofNumbers)
    {
        foreach (var (data, expected) in new[] { (_bytes, ofBytes), (name == "Poisson" ? _counts : _numbers, ofNumbers) })
        {
            var choice = LikelihoodChoice.Named(name, data);
            Assert.IsType(expected, choice.Likelihood);
            using var values = data.ToTensor();
            using var scaled = choice.Scaling.Apply(values);
            choice.Likelihood.Support.Require(scaled, "test", "data");
        }
    }

    [Fact]
    public void ColumnsOfOneUnitAreIntensities()
    {
        var marks = Dataset.FromFloats("marks", ["a", "b", "c"], [0, 16, 1, 16, 0, 2, 8, 8, 0]);
        var choice = LikelihoodChoice.Named("", marks);
        Assert.IsType<Bernoulli>(choice.Likelihood);
        Assert.Equal(Scaling.Fit(ScalingKind.CommonRange, marks), choice.Scaling);
    }

    [Fact]
    public void AnUnknownNameAndNegativeCountsAreRefused()
    {
        Assert.Contains("no likelihood 'Student'; expected one of Bernoulli, ", Assert.Throws<ArgumentException>(() => LikelihoodChoice.Named("Student", _bytes)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => LikelihoodChoice.Named("Poisson", _numbers));
    }
}
