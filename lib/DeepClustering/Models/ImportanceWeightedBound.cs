using static TorchSharp.torch;

namespace DeepClustering.Models;

/// <summary>A lower bound on the log-likelihood log p(x) from K draws of the code: the ELBO for K = 1, approaching log p(x) as K grows.</summary>
/// <remarks>
/// L_K = E[log 1/K Σ_k w_k], w_k = p(x|z_k) p(z_k) / q(z_k|x), z_k ~ q(z|x), grows with K towards log p(x) (Y. Burda, R. Grosse and
/// R. Salakhutdinov, "Importance weighted autoencoders", ICLR 2016, theorem 1). A VaDE's p(z) is its whole mixture, so its L_1 is
/// the ELBO of Jiang et al. 2017 with q(c|x) = p(c|z). A <see cref="Likelihoods.Bernoulli"/> of intensities between 0 and 1 is no
/// density: its figures compare with each other and with the ELBO, not with those of binary pixels.
/// </remarks>
/// <param name="Draws">The number of draws, K.</param>
/// <param name="Mean">The bound L_K, averaged over the observations, in nats.</param>
/// <param name="StandardError">The standard error of the mean over the observations; NaN for a single one.</param>
public sealed record ImportanceWeightedBound(int Draws, double Mean, double StandardError)
{
    /// <summary>Rows decoded at a time.</summary>
    private const int BatchRows = 1000;

    /// <summary>Estimates the bounds of a VAE or a VaDE, without gradients.</summary>
    /// <remarks>
    /// All use the same draws, as many as the largest K; a smaller K averages over as many groups of them as there are. Takes that many
    /// passes of the decoder for each observation: with the study's layers, 10,000 digits and K = 1,000 about 33 · 10¹² operations.
    /// Memory does not grow with N or K.
    /// </remarks>
    /// <param name="model">A <see cref="Vae"/> or <see cref="Vade"/>; neither it nor its random numbers are changed.</param>
    /// <param name="x">Observations (N, D_x): bytes, or floats in the likelihood's support; best those that training did not see. They stay the caller's.</param>
    /// <param name="draws">The values of K, each at least 1; by default 1, 100 and 1,000.</param>
    /// <param name="seed">Decides the draws.</param>
    /// <param name="cancellation">Stops between two batches.</param>
    /// <returns>The bounds in the order of <paramref name="draws"/>; the same for the same model, observations, draws, seed and number of threads.</returns>
    /// <exception cref="ArgumentException">The model is an autoencoder, which has no density, or the observations are not its own kind.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A K is below 1, or there is none.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static IReadOnlyList<ImportanceWeightedBound> Of(
        LatentModel model, Tensor x, IReadOnlyList<int>? draws = null, long seed = 1, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(x);
        draws ??= [1, 100, 1000];
        int most = draws.DefaultIfEmpty().Max();
        ArgumentOutOfRangeException.ThrowIfLessThan(draws.DefaultIfEmpty().Min(), 1, nameof(draws));
        var logPrior = LogPriorOf(model);

        using var random = new Generator((ulong)seed);
        using var bounds = LatentModel.InBatches(x, batch =>                                       // (N, number of K's)
        {
            var observations = model.Observations(batch);
            int together = Math.Max(1, BatchRows / most);
            var parts = new List<Tensor>();
            for (long first = 0; first < observations.shape[0]; first += together)
            {
                cancellation.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                var some = observations.narrow(0, first, Math.Min(together, observations.shape[0] - first));
                var logWeights = LogWeights(model, logPrior, some, most, random);
                parts.Add(stack(draws.Select(k => Bound(logWeights, k)), 1).MoveToOuterDisposeScope());
            }
            return cat(parts);
        });
        double[] means = bounds.mean([0]).data<double>().ToArray();
        double[] errors = (bounds.std(0) / Math.Sqrt(bounds.shape[0])).data<double>().ToArray();
        return [.. draws.Select((k, i) => new ImportanceWeightedBound(k, means[i], errors[i]))];
    }

    private static Func<Tensor, Tensor> LogPriorOf(LatentModel model) => model switch
    {
        Vade vade => z => vade.Prior.LogJoint(z).logsumexp(1),
        Vae => z => -0.5 * (z.square() + GaussianFormulas.Log2Pi).sum(1),
        _ => throw new ArgumentException($"expected a VAE or a VaDE, found {model.GetName()}, which has no density of observations.", nameof(model)),
    };

    /// <summary>log w for each observation's draws, (B, K), float64.</summary>
    private static Tensor LogWeights(LatentModel model, Func<Tensor, Tensor> logPrior, Tensor x, int draws, Generator random)
    {
        var (mean, logVariance) = model.encoder.forward(x);
        var parts = new List<Tensor>();
        for (int first = 0; first < draws; first += BatchRows)
        {
            using var scope = NewDisposeScope();
            int some = Math.Min(BatchRows, draws - first);
            Tensor ForEachDraw(Tensor rows) => rows.unsqueeze(1).expand(rows.shape[0], some, rows.shape[1]).reshape(-1, rows.shape[1]);
            var spread = ForEachDraw(logVariance);
            var noise = randn(spread.shape, generator: random);
            var z = ForEachDraw(mean) + exp(0.5 * spread) * noise;                                 // (B · some, D)
            var logPosterior = GaussianFormulas.LogDensity(noise.square(), spread);
            var logLikelihood = model.Likelihood.LogProb(ForEachDraw(x), model.decoder.forward(z));
            parts.Add((logLikelihood.to_type(ScalarType.Float64) + logPrior(z) - logPosterior).reshape(-1, some).MoveToOuterDisposeScope());
        }
        return cat(parts, 1);
    }

    /// <summary>L_K of each observation, (B), the average over the whole groups of K draws.</summary>
    private static Tensor Bound(Tensor logWeights, int draws)
    {
        long groups = logWeights.shape[1] / draws;
        return (logWeights.narrow(1, 0, groups * draws).reshape(-1, groups, draws).logsumexp(2) - Math.Log(draws)).mean([1]);
    }
}
