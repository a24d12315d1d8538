using CsCheck;
using DeepClustering.Metrics;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Metrics;

public sealed class ClusterDiagnosticsTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    /// <summary>γ of 1 to 50 digits over 1 to 8 components, from nearly uniform to nearly one-hot, and a seed for shuffling.</summary>
    private static readonly Gen<(double[][] Gamma, int Seed)> _soft =
        Gen.Select(Gen.Int[1, 50], Gen.Int[1, 8], Gen.Double[0.01, 40], Gen.Int).Select((n, k, sharpness, seed) =>
        {
            var random = new Random(seed);
            return (Enumerable.Range(0, n).Select(_ => Softmax([.. Enumerable.Range(0, k).Select(_ => sharpness * random.NextDouble())])).ToArray(), seed);
        });

    private static double[] Softmax(double[] logits)
    {
        double sum = logits.Sum(Math.Exp);
        return [.. logits.Select(logit => Math.Exp(logit) / sum)];
    }

    private static Tensor Matrix(double[][] rows) => tensor([.. rows.SelectMany(row => row)], [rows.Length, rows[0].Length]);

    private static ClusterDiagnostics Of(double[][] rows)
    {
        using var scope = NewDisposeScope();
        return ClusterDiagnostics.Of(Matrix(rows));
    }

    [Fact]
    public void WorkedOutByHand()
    {
        // Two certain digits in component 0, one certain in 1, one torn between 0 and 2; component 3 has nothing.
        var found = Of([[1, 0, 0, 0], [1, 0, 0, 0], [0, 1, 0, 0], [0.25, 0, 0.75, 0]]);
        double torn = -(0.25 * Math.Log(0.25) + 0.75 * Math.Log(0.75));
        double marginal = -(2.25 / 4 * Math.Log(2.25 / 4) + 0.25 * Math.Log(0.25) + 0.75 / 4 * Math.Log(0.75 / 4));
        Assert.Equal([0.5, 0.25, 0.25, 0], found.Occupancy);
        Assert.Equal(torn / 4, found.ConditionalEntropy, 5e-15);
        Assert.Equal(marginal, found.MarginalEntropy, 5e-15);
        Assert.Equal(marginal - torn / 4, found.MutualInformation, 5e-15);
        Assert.Equal(Math.Exp(marginal), found.EffectiveComponents, 5e-15);
        Assert.Equal(1, found.DeadComponents);
        Assert.Equal("H(c) 0.984, H(c|x) 0.141, I(x; c) 0.844 nats; 2.7 of 4 components effective, 1 dead", found.ToString());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(10)]
    public void UniformRowsAreAsUncertainAsCanBeAndTellNothing(int k)
    {
        foreach (var type in new[] { float32, float64 })
        {
            var found = ClusterDiagnostics.Of(full([7, k], 1.0 / k, dtype: type));
            Assert.Equal(Math.Log(k), found.ConditionalEntropy, 5e-7);
            Assert.Equal(Math.Log(k), found.MarginalEntropy, 5e-7);
            Assert.Equal(0, found.MutualInformation, 5e-13);
            Assert.Equal(k, found.EffectiveComponents, 5e-6);
        }
    }

    [Fact]
    public void CertainAndEvenRowsTellAll()
    {
        var found = ClusterDiagnostics.Of(eye(10).repeat(6, 1));
        Assert.Equal(Enumerable.Repeat(0.1, 10), found.Occupancy);
        Assert.Equal(0, found.ConditionalEntropy);
        Assert.Equal(Math.Log(10), found.MutualInformation, 5e-15);
        Assert.Equal(10, found.EffectiveComponents, 5e-13);
        Assert.Equal(0, found.DeadComponents);
    }

    [Fact]
    public void CollapsedRowsHaveOneComponent()
    {
        var found = Of([[0, 1, 0], [0, 1, 0]]);
        Assert.Equal([0, 1, 0], found.Occupancy);
        Assert.Equal((0, 0, 0), (found.MarginalEntropy, found.ConditionalEntropy, found.MutualInformation));
        Assert.Equal((1, 2), (found.EffectiveComponents, found.DeadComponents));
    }

    [Theory]
    [InlineData(9, 1)]      // 9 of 1,000 digits are below a hundredth
    [InlineData(10, 0)]
    public void AComponentIsDeadBelowATenthOfAnEvenShare(int digits, int dead)
    {
        int[] components = [.. Enumerable.Range(0, 1000).Select(n => n < digits ? 9 : n % 9)];
        Assert.Equal(dead, ClusterDiagnostics.Of(nn.functional.one_hot(tensor(components, int64), 10).to_type(ScalarType.Float32)).DeadComponents);
    }

    [Fact]
    public void OrderOfDigitsAndNamesOfComponentsDoNotMatter() => _soft.Sample(soft =>
    {
        var (gamma, seed) = soft;
        int[] names = [.. Enumerable.Range(0, gamma[0].Length)];
        double[][] rows = [.. gamma];
        new Random(seed).Shuffle(names);
        new Random(seed).Shuffle(rows);
        ClusterDiagnostics found = Of(gamma), renamed = Of([.. rows.Select(row => names.Select(c => row[c]).ToArray())]);
        Assert.Equal(names.Select(c => found.Occupancy[c]), renamed.Occupancy);
        Assert.Equal(found.MarginalEntropy, renamed.MarginalEntropy, 5e-13);
        Assert.Equal(found.ConditionalEntropy, renamed.ConditionalEntropy, 5e-13);
        Assert.Equal(found.DeadComponents, renamed.DeadComponents);
    }, iter: 300);

    [Fact]
    public void EverythingStaysInItsRange() => _soft.Sample(soft =>
    {
        var found = Of(soft.Gamma);
        int k = found.Occupancy.Count;
        Assert.Equal(1, found.Occupancy.Sum(), 5e-13);
        Assert.InRange(found.ConditionalEntropy, 0, found.MarginalEntropy + 1e-12);
        Assert.InRange(found.MarginalEntropy, 0, Math.Log(k) + 1e-12);
        Assert.InRange(found.MutualInformation, 0, Math.Log(k) + 1e-12);
        Assert.InRange(found.EffectiveComponents, 1, k + 1e-9);
        Assert.InRange(found.DeadComponents, 0, k - 1);
    }, iter: 300);

    [Fact]
    public void MutualInformationIsTheMeanDivergenceFromTheMarginal() => _soft.Sample(soft =>
    {
        // I(x; c) = mean_n KL(γ_n ‖ mean γ), the other definition.
        double[] marginal = [.. Enumerable.Range(0, soft.Gamma[0].Length).Select(c => soft.Gamma.Average(row => row[c]))];
        double divergence = soft.Gamma.Average(row => row.Zip(marginal, (p, q) => p * Math.Log(p / q)).Sum());
        Assert.Equal(divergence, Of(soft.Gamma).MutualInformation, 5e-13);
    }, iter: 300);

    [Fact]
    public void WhatIsNotResponsibilitiesIsRefused()
    {
        Assert.Contains("(4)", Assert.Throws<ArgumentException>("responsibilities", () => ClusterDiagnostics.Of(ones(4))).Message, StringComparison.Ordinal);
        Assert.Contains("(0, 3)", Assert.Throws<ArgumentException>("responsibilities", () => ClusterDiagnostics.Of(ones(0, 3))).Message, StringComparison.Ordinal);
        Assert.Contains("Int64", Assert.Throws<ArgumentException>("responsibilities", () => ClusterDiagnostics.Of(eye(2, dtype: int64))).Message, StringComparison.Ordinal);
        double[][] valid = [[0.5, 0.5], [1, 0], [0, 1]];
        foreach (double[] row in new double[][] { [Math.Log(0.5), Math.Log(0.5)], [1.5, -0.5], [0.5, 0.4], [double.NaN, 1] })
        {
            Assert.Contains("row 1 ", Assert.Throws<ArgumentException>("responsibilities", () => Of([valid[0], row, valid[2]])).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void TheArgumentStaysAndNothingElseDoes()
    {
        foreach (var type in new[] { float32, float64 })
        {
            var gamma = full([5, 2], 0.5, dtype: type);
            long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
            ClusterDiagnostics.Of(gamma);
            Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
            Assert.Equal(5, gamma.sum().to(float64).item<double>());
        }
    }
}
