using static TorchSharp.torch;

namespace DeepClustering.Losses;

/// <summary>Keeps the boundaries between clusters away from the data: γ must not change when x moves in the direction that changes it most.</summary>
/// <remarks>
/// Virtual adversarial training (Miyato, Maeda, Koyama and Ishii, IEEE TPAMI 41, 2019, eq. 5, 6 and 12), with one power iteration;
/// the other regulariser of information-maximising self-augmented training (Hu et al., ICML 2017, section 3.2).
/// </remarks>
public static class VirtualAdversarialLoss
{
    /// <summary>CE(γ(x), γ(x + r)), averaged over the batch; γ(x) and r are held constant.</summary>
    /// <param name="x">Observations in model units, (B, D_x).</param>
    /// <param name="logResponsibilities">log γ(x), (B, K).</param>
    /// <param name="directions">Random initial directions d, (B, D_x), each of length 1.</param>
    /// <param name="logResponsibilitiesOf">log γ of observations, (B, D_x) to (B, K), differentiable.</param>
    /// <param name="options">|r| and |ξ d|; the caller applies the weight.</param>
    /// <returns>A scalar, in nats; the caller disposes it.</returns>
    public static Tensor Of(Tensor x, Tensor logResponsibilities, Tensor directions, Func<Tensor, Tensor> logResponsibilitiesOf, VirtualAdversary options)
    {
        using var scope = NewDisposeScope();
        var responsibilities = exp(logResponsibilities).detach();
        Tensor CrossEntropy(Tensor move) => -(responsibilities * logResponsibilitiesOf(x + move)).sum(-1).mean();

        var probe = (directions * options.Probe).requires_grad_();
        var gradient = autograd.grad([CrossEntropy(probe)], [probe])[0];                           // (B, D_x)
        return CrossEntropy(options.Radius * UnitRows(gradient)).MoveToOuterDisposeScope();
    }

    /// <summary>Scales each row to length 1; a row of zeros stays zero.</summary>
    /// <param name="rows">(B, D).</param>
    /// <returns>(B, D); the caller disposes it.</returns>
    internal static Tensor UnitRows(Tensor rows)
    {
        using var scope = NewDisposeScope();
        // Divided by the largest entry first: where responsibilities are nearly 0 or 1, squared gradients underflow in float32.
        var scaled = rows / rows.abs().amax([1], keepdim: true).clamp_min(1e-35);
        return (scaled / scaled.norm(1, keepdim: true, p: 2f).clamp_min(0.5)).MoveToOuterDisposeScope();
    }
}
