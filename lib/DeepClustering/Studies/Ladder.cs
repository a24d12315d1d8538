using System.Diagnostics;
using DeepClustering.Data;
using DeepClustering.Embeddings;
using DeepClustering.Graphs;
using DeepClustering.Metrics;
using DeepClustering.Mixtures;
using DeepClustering.Runs;
using DeepClustering.Training;
using static TorchSharp.torch;

namespace DeepClustering.Studies;

/// <summary>Ways to cluster the same data, from the simplest to VaDE: what each further step is worth.</summary>
public static class Ladder
{
    private const int Axes = 50, Restarts = 10;

    /// <summary>Computes the baselines and adds the VaDEs' scores from their runs.</summary>
    /// <remarks>
    /// k-means on the values; on their first 50 principal components; a Gaussian mixture on the VAE's code; k-means and spectral
    /// clustering (10 neighbours) on the code of the autoencoder that the first of the VaDEs started from (its weights are among the
    /// checkpoints of the VaDE's run; where no run has them, these two rows are left out); the VaDEs. Labels serve the scores alone.
    /// </remarks>
    /// <param name="data">With labels; as many clusters are made as there are classes.</param>
    /// <param name="vae">The run of a VAE on these data.</param>
    /// <param name="vades">Runs of VaDEs on these data with scores, in the order of their rows.</param>
    /// <param name="seed">Decides the starts of k-means, mixture and eigenvectors.</param>
    /// <param name="report">Takes each row once it is known.</param>
    /// <returns>One row per method.</returns>
    /// <exception cref="ArgumentException">The data have no labels, or a VaDE's run no scores.</exception>
    /// <exception cref="InvalidDataException">A run is of other data or another model, or damaged.</exception>
    public static IReadOnlyList<LadderRow> Climb(Dataset data, Run vae, IReadOnlyList<Run> vades, int seed = 1, Action<LadderRow>? report = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(vae);
        ArgumentNullException.ThrowIfNull(vades);
        if (data.Labels is null)
        {
            throw new ArgumentException($"Expected data with labels, to score the clusters by; {data.Name} has none.", nameof(data));
        }
        vae.RequireData(data);
        foreach (var run in vades)
        {
            run.RequireData(data);
            if (run.Scores is null)
            {
                throw new ArgumentException($"{run.Folder}: expected a run with scores, found one without.", nameof(vades));
            }
        }
        var rows = new List<LadderRow>();
        foreach (var row in Rows(data, vae, vades, seed))
        {
            rows.Add(row);
            report?.Invoke(row);
        }
        return rows;
    }

    private static IEnumerable<LadderRow> Rows(Dataset data, Run vae, IReadOnlyList<Run> vades, int seed)
    {
        int clusters = data.ClassNames.Count;
        var kMeans = new KMeansOptions { Clusters = clusters, Restarts = Restarts, Seed = seed };
        LadderRow Row(string method, double before, Func<int[]> cluster) => RowOrNone(method, before, cluster)!;
        LadderRow? RowOrNone(string method, double before, Func<int[]?> cluster)
        {
            var watch = Stopwatch.StartNew();
            if (cluster() is not { } found)
            {
                return null;
            }
            double seconds = watch.Elapsed.TotalSeconds;
            return new(method, ClusteringAccuracy.Score(data.Labels!, found).Accuracy, VMeasure.Score(data.Labels!, found).Value,
                AdjustedRandIndex.Score(data.Labels!, found), before + seconds);
        }
        int[] InKMeans(Tensor points)
        {
            using var fitted = KMeans.Fit(points, kMeans);
            return [.. fitted.Labels];
        }

        using var values = data.ToTensor();
        yield return Row("k-means on the values", 0, () =>
        {
            using var floats = values.to_type(ScalarType.Float32);
            return InKMeans(floats);
        });
        int components = Math.Min(Axes, data.InputSize);
        yield return Row(FormattableString.Invariant($"PCA ({components}) + k-means"), 0, () =>
        {
            using var floats = values.to_type(ScalarType.Float32);
            using var axes = PrincipalComponents.Fit(floats, components);
            using var projected = axes.Project(floats);
            return InKMeans(projected);
        });
        yield return Row("VAE + Gaussian mixture", SecondsOf(vae), () =>
        {
            using var model = vae.LoadVae();
            using var code = model.Encode(values);
            using var mixture = GaussianMixture.Fit(code, new() { Components = clusters, Restarts = Restarts, Seed = seed });
            return mixture.Predict(code);
        });
        if (vades.Select(run => (Run: run, Autoencoder: run.LoadAutoencoder())).FirstOrDefault(pair => pair.Autoencoder is not null) is (var first, { } autoencoder))
        {
            using (autoencoder)
            {
                double seconds = SecondsOf(first, Stage.Pretraining);
                yield return Row("autoencoder + k-means", seconds, () =>
                {
                    using var code = autoencoder.Encode(values);
                    return InKMeans(code);
                });
                if (RowOrNone("autoencoder + spectral clustering", seconds, () =>
                {
                    using var code = autoencoder.Encode(values);
                    return SpectralClustering.FitWithMoreNeighbors(code, new() { Clusters = clusters, Seed = seed });
                }) is { } spectral)
                {
                    yield return spectral;
                }
            }
        }
        foreach (var run in vades)
        {
            yield return new($"VaDE, {run.Recipe}", run.Scores!.Accuracy, run.Scores.VMeasure, run.Scores.AdjustedRandIndex, SecondsOf(run));
        }
    }

    private static double SecondsOf(Run run, string? stage = null) =>
        run.Stages.Where(part => stage is null || part.Name == stage).Sum(part => part.History.Sum(epoch => epoch.Seconds));
}
