using DeepClustering.Graphs;
using DeepClustering.Metrics;
using DeepClustering.Mixtures;
using DeepClustering.Training;
using static TorchSharp.torch;

namespace DeepClustering.Studies;

/// <summary>How simple methods cluster the same rows: the yardstick for a model that takes minutes to train.</summary>
/// <param name="Method">The method that clustered the rows.</param>
/// <param name="Agreement">The adjusted Rand index with the clustering at hand: 1 for the same, about 0 for none.</param>
/// <param name="Accuracy">The share of rows in the cluster of their class, [0, 1]; null without labels.</param>
public sealed record Baselines(string Method, double Agreement, double? Accuracy)
{
    /// <summary>Clusters the rows by k-means, by a Gaussian mixture with diagonal covariances, and by the spectrum of their neighbour graph (ten neighbours, or more where it falls into more parts than clusters).</summary>
    /// <param name="rows">(N, D) as the model sees them, float32; they stay the caller's.</param>
    /// <param name="clusters">The clustering at hand, N numbers.</param>
    /// <param name="count">K.</param>
    /// <param name="labels">The true classes, if they are known; N numbers.</param>
    /// <param name="maxRows">Of more rows, so many are taken evenly for all methods alike.</param>
    /// <returns>The clustering at hand, then the plain ones.</returns>
    /// <exception cref="ArgumentException">The numbers of rows differ.</exception>
    public static IReadOnlyList<Baselines> Of(Tensor rows, IReadOnlyList<int> clusters, int count, IReadOnlyList<int>? labels = null, int maxRows = 10_000)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(clusters);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRows, 2);
        if (rows.dim() != 2 || rows.shape[0] != clusters.Count || labels is not null && labels.Count != clusters.Count)
        {
            throw new ArgumentException($"expected {clusters.Count} rows (N, D) and as many labels, found ({string.Join(", ", rows.shape)}) and {labels?.Count} labels.", nameof(rows));
        }
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        int[] taken = EvenlySpaced.Indices(clusters.Count, maxRows);
        var points = rows.to(float32).index_select(0, tensor(taken.Select(i => (long)i).ToArray(), device: rows.device));
        int[] own = [.. taken.Select(i => clusters[i])];
        int[]? classes = labels is null ? null : [.. taken.Select(i => labels[i])];
        Baselines Row(string method, int[] found) =>
            new(method, AdjustedRandIndex.Score(own, found), classes is null ? null : ClusteringAccuracy.Score(classes, found).Accuracy);
        return [Row("this model", own), Row("k-means", ByKMeans(points, count)), Row("diagonal Gaussian mixture", ByMixture(points, count)), .. Spectral(points, count, Row)];
    }

    /// <summary>Whether a simple method does better by the labels, or what can be said without them, in a sentence.</summary>
    /// <param name="baselines">What <see cref="Of"/> returned.</param>
    public static string Verdict(IReadOnlyList<Baselines> baselines)
    {
        ArgumentNullException.ThrowIfNull(baselines);
        var (own, plain) = (baselines[0], baselines.Skip(1).ToArray());
        if (own.Accuracy is not { } accuracy)
        {
            var nearest = plain.MaxBy(method => method.Agreement)!;
            return FormattableString.Invariant(
                $"Without labels nothing says which is right. The nearest plain method is {nearest.Method} (adjusted Rand index {nearest.Agreement:F2}); where methods disagree, look at the rows before you believe any.");
        }
        var best = plain.MaxBy(method => method.Accuracy)!;
        return best.Accuracy > accuracy
            ? FormattableString.Invariant($"On these data {best.Method} is better by the labels: {best.Accuracy:F4} against {accuracy:F4}. Take it.")
            : FormattableString.Invariant($"By the labels the model is at least as good as every plain method: {accuracy:F4} against {best.Accuracy:F4} for {best.Method}.");
    }

    private static int[] ByKMeans(Tensor points, int count)
    {
        using var means = KMeans.Fit(points, new() { Clusters = count, Restarts = 10 });
        return [.. means.Labels];
    }

    private static int[] ByMixture(Tensor points, int count)
    {
        using var mixture = GaussianMixture.Fit(points, new() { Components = count, Restarts = 10 });
        return mixture.Predict(points);
    }

    /// <summary>Empty if the neighbour graph falls into more parts than clusters.</summary>
    private static IEnumerable<Baselines> Spectral(Tensor points, int count, Func<string, int[], Baselines> row) =>
        SpectralClustering.FitWithMoreNeighbors(points, new() { Clusters = count }) is { } found ? [row("spectral clustering", found)] : [];
}
