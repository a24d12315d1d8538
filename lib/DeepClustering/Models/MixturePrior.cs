using DeepClustering.Devices;
using DeepClustering.Mixtures;
using DeepClustering.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepClustering.Models;

/// <summary>VaDE's learnable prior p(z, c) = π_c N(z; μ_c, σ²_c I) (Jiang et al. 2017, eq. 1 and 2).</summary>
/// <remarks>The mixture weights are a softmax of logits and the variances are exponentials, so that no step can leave their ranges.</remarks>
public sealed class MixturePrior : nn.Module
{
    /// <summary>The least count and variance that <see cref="Fit"/> sets: their logarithms have to be finite.</summary>
    private const double Smallest = 1e-6;

    private readonly Parameter weightLogits;
    private readonly Parameter means;
    private readonly Parameter logVariances;

    internal MixturePrior(int components, int latentSize, Generator random) : base(nameof(MixturePrior))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(components, 1);
        weightLogits = Layers.Own(zeros(components));
        means = Layers.Own(randn([components, latentSize], generator: random));
        logVariances = Layers.Own(zeros(components, latentSize));
        RegisterComponents();
    }

    /// <summary>The number of components, K.</summary>
    public int Components => (int)means.shape[0];

    /// <summary>The means μ_c, (K, D); owned by the prior.</summary>
    public Tensor Means => means;

    /// <summary>The log variances log σ²_c, (K, D); owned by the prior.</summary>
    public Tensor LogVariances => logVariances;

    /// <summary>The log weights log π, (K), differentiable; the caller disposes them.</summary>
    public Tensor LogWeights() => nn.functional.log_softmax(weightLogits, 0);

    /// <summary>Copies the parameters of a fitted mixture.</summary>
    /// <param name="weights">π, (K), positive.</param>
    /// <param name="newMeans">μ_c, (K, D).</param>
    /// <param name="variances">σ²_c, (K, D), positive.</param>
    /// <exception cref="ArgumentException">A shape differs from the prior's, a value is not finite, or a weight or variance not positive.</exception>
    public void Set(Tensor weights, Tensor newMeans, Tensor variances)
    {
        Require(weights, weightLogits, nameof(weights));
        Require(newMeans, means, nameof(newMeans));
        Require(variances, logVariances, nameof(variances));
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var (newLogits, newLogVariances) = (log(weights), log(variances));
        RequireFinite(newLogits, nameof(weights), "finite and positive");
        RequireFinite(newMeans, nameof(newMeans), "finite");
        RequireFinite(newLogVariances, nameof(variances), "finite and positive");
        weightLogits.copy_(newLogits);
        means.copy_(newMeans);
        logVariances.copy_(newLogVariances);
    }

    /// <summary>Puts the prior where the ELBO of rows is largest for their q(z|x) and q(c|x), in closed form: the M-step of expectation-maximization.</summary>
    /// <remarks>
    /// Of eq. 12, −½ Σ_c γ_c Σ_j (log σ²_cj + (σ̃²_j + (μ̃_j − μ_cj)²) / σ²_cj) + Σ_c γ_c log π_c holds the prior; summed over the rows it is largest at
    /// π_c = N_c / N, μ_c = Σ_n γ_nc μ̃_n / N_c and σ²_c = Σ_n γ_nc (σ̃²_n + (μ̃_n − μ_c)²) / N_c, with N_c = Σ_n γ_nc. The γ are those of
    /// <see cref="LogExpectedResponsibilities"/>, which make the ELBO largest for the prior as it was, so the ELBO cannot fall.
    /// A component with less than one row (N_c below 1) keeps its mean and variance.
    /// </remarks>
    /// <param name="mean">μ̃ of the rows' q(z|x), (N, D), float32.</param>
    /// <param name="logVariance">log σ̃² of the rows' q(z|x), (N, D), float32.</param>
    /// <exception cref="ArgumentException">The shapes are others, or a value is not finite.</exception>
    public void Fit(Tensor mean, Tensor logVariance)
    {
        if (mean.dim() != 2 || mean.shape[0] == 0 || mean.shape[1] != means.shape[1] || !mean.shape.SequenceEqual(logVariance.shape))
        {
            throw new ArgumentException(
                $"expected means and log variances (N, {means.shape[1]}) of at least one row, found ({string.Join(", ", mean.shape)}) and ({string.Join(", ", logVariance.shape)}).", nameof(mean));
        }
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        // On the processor and in float64: sums over all rows, once a training.
        var (rows, variances) = (mean.cpu().to_type(float64), exp(logVariance.cpu().to_type(float64)));
        var responsibilities = exp(LogExpectedResponsibilities(mean.to(means.device), logVariance.to(means.device))).cpu().to_type(float64).t();
        var counts = responsibilities.sum(1, keepdim: true);                                       // (K, 1)
        var newMeans = responsibilities.mm(rows) / counts;                                         // (K, D)
        var newVariances = responsibilities.mm(variances + rows.square()) / counts - newMeans.square();
        var populated = counts >= 1;
        Tensor Chosen(Tensor fitted, Tensor present) => where(populated, fitted, present.cpu().to_type(float64)).to_type(means.dtype).to(means.device);
        Set(
            (counts.clamp_min(Smallest) / rows.shape[0]).squeeze(1).to_type(means.dtype).to(means.device),
            Chosen(newMeans, means), Chosen(newVariances.clamp_min(Smallest), exp(logVariances)));
    }

    /// <summary>log p(z, c) = log π_c + log N(z; μ_c, σ²_c I).</summary>
    /// <param name="z">Latent codes, (B, D).</param>
    /// <returns>(B, K), differentiable; the caller disposes it.</returns>
    public Tensor LogJoint(Tensor z)
    {
        using var scope = NewDisposeScope();
        return (LogWeights() + DiagonalGaussians.LogDensities(z, means, logVariances)).MoveToOuterDisposeScope();
    }

    /// <summary>log γ_c = log p(c|z), by log-softmax, finite however far z is from every component (eq. 16).</summary>
    /// <param name="z">Latent codes, (B, D).</param>
    /// <returns>(B, K), differentiable; the caller disposes it.</returns>
    public Tensor LogResponsibilities(Tensor z)
    {
        using var joint = LogJoint(z);
        return nn.functional.log_softmax(joint, 1);
    }

    /// <summary>log γ_c with γ_c ∝ π_c exp(E_q[log N(z; μ_c, σ²_c I)]), the expectation over q(z|x) = N(μ, σ² I) in closed form.</summary>
    /// <remarks>
    /// Of all q(c|x), this one makes the ELBO largest for the given q(z|x): eq. 12 holds q(c|x) only in
    /// −Σ_c q(c|x) log(q(c|x) / (π_c exp E_q[log N(z; μ_c, σ²_c I)])). The paper's own, eq. 16, is <see cref="LogResponsibilities"/>
    /// at a draw of z; the two agree where σ² vanishes beside every σ²_c.
    /// </remarks>
    /// <param name="mean">μ of q(z|x), (B, D), float32.</param>
    /// <param name="logVariance">log σ² of q(z|x), (B, D), float32.</param>
    /// <returns>(B, K), differentiable; the caller disposes it.</returns>
    public Tensor LogExpectedResponsibilities(Tensor mean, Tensor logVariance)
    {
        using var scope = NewDisposeScope();
        var joint = LogWeights() + DiagonalGaussians.ExpectedLogDensities(mean, logVariance, means, logVariances);
        return nn.functional.log_softmax(joint, 1).MoveToOuterDisposeScope();
    }

    /// <summary>Draws latent codes from given components: z ~ N(μ_c, σ²_c I).</summary>
    /// <param name="components">c for each draw, (N), int64.</param>
    /// <param name="random">The source of the draws.</param>
    /// <returns>(N, D); the caller disposes it.</returns>
    internal Tensor Sample(Tensor components, Generator random)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var noise = random.Normal([components.shape[0], means.shape[1]], means.dtype, means.device);
        var (chosen, deviations) = (components.to(means.device), exp(0.5 * logVariances));
        return (means.index_select(0, chosen) + deviations.index_select(0, chosen) * noise).MoveToOuterDisposeScope();
    }

    private static void RequireFinite(Tensor values, string name, string expected)
    {
        if (!values.isfinite().all().item<bool>())
        {
            throw new ArgumentException($"{name}: expected values that are {expected}.", name);
        }
    }

    private static void Require(Tensor given, Tensor own, string name)
    {
        if (!given.shape.SequenceEqual(own.shape))
        {
            throw new ArgumentException($"{name}: expected shape ({string.Join(", ", own.shape)}), found ({string.Join(", ", given.shape)}).", name);
        }
    }
}
