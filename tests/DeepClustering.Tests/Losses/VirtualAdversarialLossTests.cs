using DeepClustering.Losses;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Losses;

public sealed class VirtualAdversarialLossTests : IDisposable
{
    private const int B = 6, D = 4;
    private static readonly VirtualAdversary _options = new() { Radius = 0.7, Probe = 1e-3 };
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Generator _random = new(3);

    public void Dispose()
    {
        _scope.Dispose();
        _random.Dispose();
    }

    private Tensor Random(params long[] size) => randn(size, float64, generator: _random);

    /// <summary>Two clusters on either side of a plane: γ_0 = sigmoid(w·x), whose adversary is known.</summary>
    private static Func<Tensor, Tensor> TwoSides(Tensor w) => x => nn.functional.log_softmax(stack([x.mv(w), zeros(x.shape[0], float64)], 1), 1);

    private static double CrossEntropy(double p, double q) => -p * Math.Log(q) - (1 - p) * Math.Log(1 - q);

    [Fact]
    public void TheMoveIsAcrossThePlaneToTheSideThatRaisesTheCrossEntropy()
    {
        Tensor w = Random(D), x = Random(B, D), directions = VirtualAdversarialLoss.UnitRows(Random(B, D));
        double length = w.norm().item<double>(), expected = 0;
        for (int n = 0; n < B; n++)
        {
            // One power iteration from a short probe d ends at ±w / |w|, on the probe's own side of the plane.
            double side = Math.Sign(directions[n].dot(w).item<double>());
            double logit = x[n].dot(w).item<double>(), p = 1 / (1 + Math.Exp(-logit));
            expected += CrossEntropy(p, 1 / (1 + Math.Exp(-logit - side * 0.7 * length))) / B;
        }
        var of = TwoSides(w);
        Assert.Equal(expected, VirtualAdversarialLoss.Of(x, of(x), directions, of, _options).item<double>(), 1e-6);
    }

    [Fact]
    public void ItIsNoSmallerThanAMoveOfThatLengthInARandomDirection()
    {
        Tensor w = Random(D), x = Random(B, D), directions = VirtualAdversarialLoss.UnitRows(Random(B, D));
        var of = TwoSides(w);
        var gamma = exp(of(x));
        double aside = -(gamma * of(x + 0.7 * directions)).sum(-1).mean().item<double>();
        Assert.True(VirtualAdversarialLoss.Of(x, of(x), directions, of, _options).item<double>() >= aside);
    }

    [Fact]
    public void TheTargetAndTheMoveAreHeldAndTheModelIsPulled()
    {
        Tensor w = Random(D), x = Random(B, D), directions = VirtualAdversarialLoss.UnitRows(Random(B, D));
        // With the sides of the moves known, the loss written out: only the second γ depends on w.
        Tensor weights = w.clone().requires_grad_(), same = w.clone().requires_grad_();
        VirtualAdversarialLoss.Of(x, TwoSides(weights)(x), directions, TwoSides(weights), _options).backward();
        var moves = 0.7 * sign(directions.mv(w)).unsqueeze(1) * (w / w.norm());
        (-(exp(TwoSides(w)(x)) * TwoSides(same)(x + moves)).sum(-1).mean()).backward();
        Assert.True(weights.grad!.allclose(same.grad!, 1e-5, 1e-6));
    }

    [Fact]
    public void CertainResponsibilitiesAndOneClusterGiveFiniteNumbers()
    {
        Tensor w = 1e4 * Random(D), x = Random(B, D).to(float32), directions = VirtualAdversarialLoss.UnitRows(Random(B, D)).to(float32);
        Tensor Certain(Tensor rows) => TwoSides(w)(rows.to(float64)).to(float32);
        Assert.True(float.IsFinite(VirtualAdversarialLoss.Of(x, Certain(x), directions, Certain, _options).item<float>()));
        static Tensor One(Tensor rows) => nn.functional.log_softmax(rows.sum(1, keepdim: true), 1);
        Assert.Equal(0, VirtualAdversarialLoss.Of(x, One(x), directions, One, _options).item<float>());
    }

    [Fact]
    public void TheWeightRisesAlongALineAndStays()
    {
        var ramped = new VirtualAdversary { Weight = 400, RampShare = 0.5 };
        Assert.Equal([0, 100, 200, 400, 400], new[] { 0, 0.125, 0.25, 0.5, 0.9 }.Select(ramped.WeightAt));
        Assert.Equal(400, new VirtualAdversary().WeightAt(0));
    }

    [Theory]
    [InlineData(-1, 1, 1, 0)]
    [InlineData(1, 0, 1, 0)]
    [InlineData(1, double.NaN, 1, 0)]
    [InlineData(1, 1, -2, 0)]
    [InlineData(1, 1, 1, -0.3)]
    public void OptionsOutOfRangeAreRefused(double weight, double radius, double probe, double ramp) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new VirtualAdversary { Weight = weight, Radius = radius, Probe = probe, RampShare = ramp });
}
