using System.Globalization;
using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace DeepClustering.Metrics;

/// <summary>How a soft clustering uses its components, seen from the responsibilities γ alone, without labels.</summary>
/// <remarks>
/// With c drawn from γ_n for a digit n drawn uniformly, the entropy of c splits as H(c) = H(c|x) + I(x; c). A clustering that
/// is certain and uses all K components evenly has H(c|x) = 0 and I(x; c) = H(c) = log K; one whose components have collapsed
/// into one has H(c) = 0; one that cannot tell digits apart has I(x; c) = 0. Source: J. S. Bridle, A. J. R. Heading and
/// D. J. C. MacKay, "Unsupervised classifiers, mutual information and 'phantom targets'", NIPS 1991.
/// </remarks>
/// <param name="Occupancy">Share of the digits whose most responsible component each one is; K numbers in [0, 1] that sum to 1.</param>
/// <param name="MarginalEntropy">H(c) = H(mean_n γ_n), in nats. Range: 0 to log K.</param>
/// <param name="ConditionalEntropy">H(c|x) = mean_n H(γ_n), in nats. Range: 0 to <paramref name="MarginalEntropy"/>; 0 if every assignment is certain.</param>
public sealed record ClusterDiagnostics(IReadOnlyList<double> Occupancy, double MarginalEntropy, double ConditionalEntropy)
{
    /// <summary>float32 rows of γ sum to one within far less; logits and log γ do not.</summary>
    private const double SumTolerance = 1e-3;

    /// <summary>I(x; c) = H(c) − H(c|x), in nats. Range: 0 to log K.</summary>
    [JsonIgnore]
    public double MutualInformation => Math.Max(MarginalEntropy - ConditionalEntropy, 0);

    /// <summary>exp H(c), the number of equally used components with the same entropy. Range: 1 to K.</summary>
    [JsonIgnore]
    public double EffectiveComponents => Math.Clamp(Math.Exp(MarginalEntropy), 1, Occupancy.Count);

    /// <summary>How many components have an occupancy below 1 / (10 K), a tenth of an even share. Range: 0 to K − 1.</summary>
    [JsonIgnore]
    public int DeadComponents => Occupancy.Count(share => share < 0.1 / Occupancy.Count);

    /// <summary>Computes them, in float64.</summary>
    /// <param name="responsibilities">γ, (N, K), N and K at least 1, floating-point, rows sum to one; it stays the caller's.</param>
    /// <exception cref="ArgumentException">The shape or dtype is another, or a row is not a distribution.</exception>
    public static ClusterDiagnostics Of(Tensor responsibilities)
    {
        if (responsibilities.dim() != 2 || responsibilities.numel() == 0 || !responsibilities.is_floating_point())
        {
            throw new ArgumentException(
                $"Expected responsibilities (N, K) of floats, N and K at least 1; found ({string.Join(", ", responsibilities.shape)}) of {responsibilities.dtype}.",
                nameof(responsibilities));
        }
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var gamma = responsibilities.to_type(ScalarType.Float64);                                  // (N, K)
        RequireDistributions(gamma);
        var (count, components) = (gamma.shape[0], gamma.shape[1]);
        var occupancy = gamma.argmax(1).bincount(null, components).to_type(ScalarType.Float64) / count;
        // float32 rows sum to one only nearly, and rounding must not lift an entropy above its bound.
        gamma = gamma / gamma.sum(1, keepdim: true);
        double marginal = Math.Clamp(Entropies(gamma.mean([0])).item<double>(), 0, Math.Log(components));
        double conditional = Math.Clamp(Entropies(gamma).mean().item<double>(), 0, marginal);
        return new ClusterDiagnostics(occupancy.data<double>().ToArray(), marginal, conditional);
    }

    /// <summary>The two entropies, their difference, and the components in use.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"H(c) {MarginalEntropy:F3}, H(c|x) {ConditionalEntropy:F3}, I(x; c) {MutualInformation:F3} nats; {EffectiveComponents:F1} of {Occupancy.Count} components effective, {DeadComponents} dead");

    /// <summary>H = −Σ_c p_c log p_c of each distribution along the last dimension, with 0 log 0 = 0.</summary>
    private static Tensor Entropies(Tensor distributions) => special.entr(distributions).sum(-1);

    private static void RequireDistributions(Tensor responsibilities)
    {
        // NaN fails either comparison.
        var valid = responsibilities.ge(0).all(1).logical_and((responsibilities.sum(-1) - 1).abs().le(SumTolerance));
        if (!valid.all().item<bool>())
        {
            long first = valid.to_type(ScalarType.Int64).argmin().item<long>();
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"Expected rows that are at least 0 and sum to 1; found row {first} with sum {responsibilities[first].sum().item<double>()}."),
                nameof(responsibilities));
        }
    }
}
