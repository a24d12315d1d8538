using DeepClustering.Likelihoods;
using DeepClustering.Losses;
using DeepClustering.Networks;
using static TorchSharp.torch;

namespace DeepClustering.Models;

/// <summary>Variational Deep Embedding: a VAE whose prior is a Gaussian mixture, one component per cluster (Jiang et al. 2017).</summary>
/// <remarks>
/// Open for experiments: <see cref="Draw"/> and <see cref="LogResponsibilities(Tensor, Tensor, Tensor)"/> are the two steps of the loss that published
/// versions differ in.
/// </remarks>
public class Vade : LatentModel
{
    private readonly Sampling sampling;
    private readonly MixturePrior prior;

    /// <param name="components">The number of clusters, K.</param>
    /// <param name="architecture">The layers, such as <see cref="MultilayerPerceptron"/>.</param>
    /// <param name="likelihood">p(x|z); the default is <see cref="Bernoulli"/>.</param>
    /// <param name="seed">Decides the initial weights and the noise.</param>
    public Vade(int components, Architecture architecture, ILikelihood? likelihood = null, long seed = 1)
        : base(nameof(Vade), architecture, likelihood ?? new Bernoulli(), seed)
    {
        sampling = new Sampling(Random);
        prior = new MixturePrior(components, Architecture.LatentSize, Random);
        Complete();
    }

    /// <summary>The mixture prior p(z, c); owned by the model.</summary>
    public MixturePrior Prior => prior;

    /// <summary>Copies a trained autoencoder's encoder and decoder, the first of VaDE's two steps.</summary>
    /// <remarks>The variance of q(z|x) starts at <paramref name="variance"/> for every x, because the autoencoder never trained it.</remarks>
    /// <param name="autoencoder">Trained, of the same architecture; it stays the caller's and is not changed.</param>
    /// <param name="variance">σ² of q(z|x) at the start. Range: positive.</param>
    /// <exception cref="ArgumentException">The architectures differ.</exception>
    public void StartFrom(Autoencoder autoencoder, double variance = 1)
    {
        if (autoencoder.Architecture.ToString() != Architecture.ToString())
        {
            throw new ArgumentException($"expected an autoencoder {Architecture}, found {autoencoder.Architecture}.", nameof(autoencoder));
        }
        DeepClustering.Require.Positive(variance);
        encoder.load_state_dict(autoencoder.encoder.state_dict());
        decoder.load_state_dict(autoencoder.decoder.state_dict());
        encoder.ResetLogVariance(Math.Log(variance));
    }

    /// <summary>The negative ELBO at one draw of z, with γ_c = q(c|x) = p(c|z) (eq. 12 and 16).</summary>
    /// <inheritdoc/>
    public override Loss Loss(Tensor x)
    {
        using var scope = NewDisposeScope();
        var (mean, logVariance) = encoder.forward(x);
        return NegativeElbo(x, mean, logVariance).MoveToOuterDisposeScope();
    }

    /// <summary>The negative ELBO and <see cref="SelfAugmentationLoss"/>, with γ at the latent means.</summary>
    /// <param name="x">Observations in model units, (B, D_x), float32.</param>
    /// <param name="augmented">x′, the same observations slightly distorted, (B, D_x), float32.</param>
    /// <param name="options">λ and a.</param>
    /// <returns>The parts of both; the caller disposes their tensors.</returns>
    public Loss Loss(Tensor x, Tensor augmented, SelfAugmentation options)
    {
        return Loss(new TrainingBatch(x) { Augmented = (augmented, options) });
    }

    /// <summary>The negative ELBO and the terms that the batch asks for, with γ at the latent means in these.</summary>
    internal override Loss Loss(TrainingBatch batch)
    {
        if (batch is { Augmented: null, Adversary: null, Start: null })
        {
            return Loss(batch.X);
        }
        using var scope = NewDisposeScope();
        var (mean, logVariance) = encoder.forward(batch.X);
        var parts = NegativeElbo(batch.X, mean, logVariance).Parts.ToList();
        if (batch.Augmented is var (augmented, options))
        {
            parts.AddRange(SelfAugmentationLoss.Of(prior.LogResponsibilities(mean), LogResponsibilities(augmented), options).Parts);
        }
        if (batch.Adversary is var (directions, adversary, weight))
        {
            var moved = VirtualAdversarialLoss.Of(batch.X, prior.LogResponsibilities(mean), directions, LogResponsibilities, adversary);
            parts.Add((LossTerms.Adversarial, weight * moved));
        }
        if (batch.Start is var (clusters, held))
        {
            parts.Add((LossTerms.Start, -held * prior.LogResponsibilities(mean).gather(1, clusters.unsqueeze(1)).mean()));
        }
        return new Loss([.. parts]).MoveToOuterDisposeScope();
    }

    internal override int? Clusters => prior.Components;

    internal override Tensor? ClusterResponsibilities(Tensor x) => Responsibilities(x);

    internal override void FitPrior(Tensor x)
    {
        var (mean, logVariance) = Posterior(x);
        using (mean)
        using (logVariance)
        {
            prior.Fit(mean, logVariance);
        }
    }

    /// <summary>log γ at the latent means of observations, (B, D_x), differentiable.</summary>
    private Tensor LogResponsibilities(Tensor x) => prior.LogResponsibilities(encoder.Mean(x));

    private Loss NegativeElbo(Tensor x, Tensor mean, Tensor logVariance)
    {
        var z = Draw(mean, logVariance);
        return VadeLoss.NegativeElbo(
            Likelihood.LogProb(x, decoder.forward(z)), mean, logVariance,
            LogResponsibilities(z, mean, logVariance), prior.LogWeights(), prior.Means, prior.LogVariances);
    }

    /// <summary>The z used in the loss: a draw from q(z|x) = N(μ, σ² I) by reparameterization.</summary>
    /// <param name="mean">μ, (B, D).</param>
    /// <param name="logVariance">log σ², (B, D).</param>
    /// <returns>(B, D), differentiable; the caller disposes it.</returns>
    protected virtual Tensor Draw(Tensor mean, Tensor logVariance) => sampling.forward(mean, logVariance);

    /// <summary>The log γ used in the loss: log p(c|z) at the draw (eq. 16).</summary>
    /// <param name="z">The draw, (B, D).</param>
    /// <param name="mean">μ of q(z|x), (B, D).</param>
    /// <param name="logVariance">log σ² of q(z|x), (B, D).</param>
    /// <returns>(B, K), normalised over c, differentiable; the caller disposes it.</returns>
    protected virtual Tensor LogResponsibilities(Tensor z, Tensor mean, Tensor logVariance) => prior.LogResponsibilities(z);

    /// <summary>μ and log σ² of q(z|x) = N(z; μ, σ² I), without gradients.</summary>
    /// <param name="x">Observations (N, D_x): bytes, or floats in the likelihood's support.</param>
    /// <returns>Two tensors (N, D), float32; the caller disposes them.</returns>
    public (Tensor Mean, Tensor LogVariance) Posterior(Tensor x)
    {
        using var scope = NewDisposeScope();
        var both = InBatches(x, batch =>
        {
            var (mean, logVariance) = encoder.forward(Observations(batch));
            return stack([mean, logVariance], 1);                                                  // (B, 2, D)
        });
        return (both.select(1, 0).contiguous().MoveToOuterDisposeScope(), both.select(1, 1).contiguous().MoveToOuterDisposeScope());
    }

    /// <summary>γ_c = p(c|z) at the latent mean z = μ(x), without gradients.</summary>
    /// <param name="x">Observations (N, D_x): bytes, or floats in the likelihood's support.</param>
    /// <returns>(N, K), rows sum to one; the caller disposes it.</returns>
    public Tensor Responsibilities(Tensor x) =>
        InBatches(x, batch => exp(prior.LogResponsibilities(encoder.Mean(Observations(batch)))));

    /// <summary>The most responsible component of each observation, its cluster.</summary>
    /// <param name="x">Observations (N, D_x): bytes, or floats in the likelihood's support.</param>
    /// <returns>N numbers from 0 to K − 1.</returns>
    public int[] Predict(Tensor x)
    {
        using var responsibilities = Responsibilities(x);
        return MostResponsible(responsibilities);
    }

    /// <summary>The most responsible component of each row, argmax_c γ_nc of (N, K) responsibilities: N numbers.</summary>
    internal static int[] MostResponsible(Tensor responsibilities)
    {
        using var clusters = responsibilities.argmax(1);
        return [.. clusters.data<long>().ToArray().Select(c => (int)c)];
    }

    /// <summary>The negative ELBO of each row, a measure of how unusual it is to the model, without gradients.</summary>
    /// <remarks>
    /// The mean over draws z = μ ± σ·ε with the same few ε for every row, in pairs of both signs: a row's value depends on the row alone,
    /// not on the rows next to it, and is the same every time, whatever the model's seed.
    /// </remarks>
    /// <param name="x">Observations (N, D_x): bytes, or floats in the likelihood's support.</param>
    /// <param name="pairs">How many ε are drawn. Range: at least 1.</param>
    /// <returns>(N), float32, nats; the caller disposes it.</returns>
    public Tensor NegativeBounds(Tensor x, int pairs = 4)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pairs, 1);
        using var scope = NewDisposeScope();
        using var random = new Generator(1);
        var noise = randn([pairs, Architecture.LatentSize], ScalarType.Float32, generator: random).to(prior.Means.device);
        return InBatches(x, batch => NegativeBoundsOf(Observations(batch), noise)).MoveToOuterDisposeScope();
    }

    private Tensor NegativeBoundsOf(Tensor x, Tensor noise)
    {
        var (mean, logVariance) = encoder.forward(x);
        var deviation = exp(0.5 * logVariance);
        var sum = zeros_like(mean.select(1, 0));                                                   // (B)
        foreach (var epsilon in cat([noise, -noise]).unbind())
        {
            using var scope = NewDisposeScope();
            var z = mean + deviation * epsilon;
            var (reconstruction, latent, categorical) = VadeLoss.Terms(
                Likelihood.LogProb(x, decoder.forward(z)), mean, logVariance,
                LogResponsibilities(z, mean, logVariance), prior.LogWeights(), prior.Means, prior.LogVariances);
            sum.add_(reconstruction + latent + categorical);
        }
        return sum.div_(2 * noise.shape[0]);
    }

    /// <summary>Generates observations: c ~ π, z ~ N(μ_c, σ²_c I), decoded to their expected values.</summary>
    /// <param name="count">How many, N.</param>
    /// <returns>(N, D_x) in model units; the caller disposes it.</returns>
    public Tensor Sample(int count)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var components = multinomial(exp(prior.LogWeights()).cpu(), count, true, Random);
        return Decode(prior.Sample(components, Random)).MoveToOuterDisposeScope();
    }

    /// <summary>Generates observations of one cluster: z ~ N(μ_c, σ²_c I), decoded to their expected values.</summary>
    /// <param name="component">c, from 0 to K − 1.</param>
    /// <param name="count">How many, N.</param>
    /// <returns>(N, D_x) in model units; the caller disposes it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such component.</exception>
    public Tensor SampleComponent(int component, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(component);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(component, prior.Components);
        using var components = full(count, component, ScalarType.Int64);
        using var z = prior.Sample(components, Random);
        return Decode(z);
    }
}
