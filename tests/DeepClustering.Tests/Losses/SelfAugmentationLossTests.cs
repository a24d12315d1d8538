using DeepClustering.Losses;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Losses;

public sealed class SelfAugmentationLossTests : IDisposable
{
    private const int B = 5, K = 3;
    private static readonly SelfAugmentation _options = new() { Weight = 7, Balance = 1.5 };
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Generator _random = new(11);

    public void Dispose()
    {
        _scope.Dispose();
        _random.Dispose();
    }

    private Tensor Logits() => 2 * randn([B, K], float64, generator: _random);

    private static Tensor LogSoftmax(Tensor logits) => nn.functional.log_softmax(logits, -1);

    private static (double Consistency, double Information) Parts(Tensor logGamma, Tensor logAugmented)
    {
        var loss = SelfAugmentationLoss.Of(logGamma, logAugmented, _options);
        Assert.Equal(["consistency", "information"], loss.Parts.Select(part => part.Name));
        return (loss.Parts[0].Value.item<double>(), loss.Parts[1].Value.item<double>());
    }

    [Fact]
    public void TermsEqualTheirSumsWrittenOut()
    {
        Tensor a = LogSoftmax(Logits()), b = LogSoftmax(Logits());
        double crossEntropy = 0, conditional = 0, marginal = 0;
        for (int k = 0; k < K; k++)
        {
            double share = 0;
            for (int n = 0; n < B; n++)
            {
                double p = Math.Exp(a[n, k].item<double>());
                share += p / B;
                crossEntropy -= p * b[n, k].item<double>() / B;
                conditional -= p * a[n, k].item<double>() / B;
            }
            marginal -= share * Math.Log(share);
        }
        var (consistency, information) = Parts(a, b);
        Assert.Equal(7 * crossEntropy, consistency, 1e-12);
        Assert.Equal(-7 * (1.5 * marginal - conditional), information, 1e-12);
    }

    [Fact]
    public void GradientsAreThoseOfFiniteDifferencesWithTheTargetHeld()
    {
        Tensor a = Logits(), b = Logits(), target = LogSoftmax(a.detach());
        // The first term's target is a constant, so its difference is taken with the target fixed.
        Tensor HeldTarget(Tensor[] v)
        {
            var logGamma = LogSoftmax(v[0]);
            var gamma = exp(logGamma);
            var marginal = gamma.mean([0L]);
            return _options.Weight * (-(exp(target) * LogSoftmax(v[1])).sum() / B
                - (gamma * logGamma).sum() / B + _options.Balance * (marginal * log(marginal)).sum());
        }
        Tensor x = a.clone().requires_grad_(), y = b.clone().requires_grad_();
        SelfAugmentationLoss.Of(LogSoftmax(x), LogSoftmax(y), _options).Total.backward();
        Tensor u = a.clone().requires_grad_(), v = b.clone().requires_grad_();
        HeldTarget([u, v]).backward();
        Assert.True(x.grad!.allclose(u.grad!, 1e-10, 1e-12));
        Assert.True(y.grad!.allclose(v.grad!, 1e-10, 1e-12));
        GradientCheck.Run(HeldTarget, [a, b]);
    }

    [Fact]
    public void TheBestIsCertainEvenAndConsistent()
    {
        // Certainty of e^-200 for another component must cost neither a NaN nor a gradient.
        var certain = LogSoftmax(200 * eye(K, dtype: float64)).requires_grad_();
        var loss = SelfAugmentationLoss.Of(certain, certain, _options);
        Assert.Equal(0, loss.Parts[0].Value.item<double>(), 1e-12);
        Assert.Equal(-7 * 1.5 * Math.Log(K), loss.Parts[1].Value.item<double>(), 1e-9);
        loss.Total.backward();
        Assert.True(certain.grad!.isfinite().all().item<bool>());
        // all in one cluster: nothing is known of x from c
        var collapsed = LogSoftmax(tensor(new[,] { { 300.0, 0, 0 }, { 300.0, 0, 0 } }));
        var (consistency, information) = Parts(collapsed, collapsed);
        Assert.Equal(0, consistency, 1e-12);
        Assert.Equal(0, information, 1e-12);
    }
}
