using DeepClustering.Graphs;
using DeepClustering.Metrics;
using DeepClustering.Mixtures;
using static TorchSharp.torch;

namespace DeepClustering.Training;

/// <summary>Initial clusters in an autoencoder's code, and the mixture they define. It owns its tensors.</summary>
internal sealed class StartClusters : IDisposable
{
    /// <summary>The gap is clear if eigenvalue K + 1 is at least this many times as far from 1 as eigenvalue K; on codes of digits it is about 1.2 times as far.</summary>
    private const double ClearGap = 3;

    /// <summary>The least size of a start's clusters, over that of clusters of one size.</summary>
    private const double SmallestShare = 0.05;

    private const double NearlyAsGreat = 0.02;

    private StartClusters(string origin, int[] labels, Tensor weights, Tensor means, Tensor variances)
    {
        (Origin, Labels) = (origin, labels);
        (Weights, Means, Variances) = (weights.DetachFromDisposeScope(), means.DetachFromDisposeScope(), variances.DetachFromDisposeScope());
    }

    /// <summary>How the clusters were found.</summary>
    public string Origin { get; }

    /// <summary>The cluster of each row, N numbers from 0 to K − 1.</summary>
    public int[] Labels { get; }

    /// <summary>The weights π, (K), positive.</summary>
    public Tensor Weights { get; }

    /// <summary>The means μ_c, (K, D).</summary>
    public Tensor Means { get; }

    /// <summary>The variances σ²_c, (K, D), positive.</summary>
    public Tensor Variances { get; }

    /// <summary>The clusters of a mixture fitted by EM.</summary>
    /// <param name="codes">(N, D).</param>
    /// <param name="options">K, and the seed.</param>
    public static StartClusters OfMixture(Tensor codes, GaussianMixtureOptions options)
    {
        using var mixture = GaussianMixture.Fit(codes, options);
        return new("mixture", mixture.Predict(codes), mixture.Weights.clone(), mixture.Means.clone(), mixture.Variances.clone());
    }

    /// <summary>Spectral clusterings of the codes' neighbour graphs. Nearly equal ones are returned once.</summary>
    /// <param name="codes">(N, D), float32.</param>
    /// <param name="starts">Which graphs, how many of their eigenvectors, and how many clusterings at most.</param>
    /// <param name="options">K, the seed, and the least variance.</param>
    /// <returns>
    /// Those on which most agreed first or, where only some are asked for, those that tell most about neighbours (<see cref="NeighborInformation"/>).
    /// At least one, unless every graph falls into more parts than there are eigenvectors; the caller disposes each.
    /// </returns>
    public static IReadOnlyList<StartClusters> OfGraphs(Tensor codes, GraphStarts starts, GaussianMixtureOptions options)
    {
        var clusterings = starts.Neighbors.SelectMany(asked => InGraph(codes, asked, starts.MoreEigenvectors, options));
        var found = new List<(string Origin, int[] Labels, int Alike)>();
        foreach (var (origin, labels) in starts.Most is null ? clusterings : MostTellingFirst([.. clusterings], codes))
        {
            int alike = found.FindIndex(other => ClusteringAccuracy.Score(other.Labels, labels).Accuracy >= starts.Same);
            if (alike < 0)
            {
                found.Add((origin, labels, 1));
            }
            else
            {
                found[alike] = found[alike] with { Alike = found[alike].Alike + 1 };
            }
        }
        var kept = starts.Most is { } most ? found.Take(most) : found.OrderByDescending(group => group.Alike);
        return [.. kept.Select(group => OfLabels(group.Origin, group.Labels, codes, options))];
    }

    /// <summary>Of all clusterings of the rows, the one that tells most about neighbours (<see cref="NeighborInformation"/>).</summary>
    /// <param name="rows">(N, D_x), model units, float32.</param>
    /// <param name="codes">Their codes, (N, D), in which the mixture is made.</param>
    /// <param name="starts">Which graphs, and how many of their eigenvectors.</param>
    /// <param name="options">K, the seed, and the least variance.</param>
    public static StartClusters OfRows(Tensor rows, Tensor codes, GraphStarts starts, GaussianMixtureOptions options)
    {
        const int nearest = 10, restarts = 10;
        if (rows.shape[0] == 1)
        {
            return OfLabels("the only row", [0], codes, options);
        }
        using var scope = NewDisposeScope();
        using var means = KMeans.Fit(rows, new() { Clusters = options.Components, Restarts = restarts, Seed = options.Seed });
        using var mixture = GaussianMixture.Fit(rows, options with { Restarts = restarts });
        var candidates = starts.Neighbors.SelectMany(asked => InGraph(rows, asked, starts.MoreEigenvectors, options, all: true))
            .Append(("k-means", [.. means.Labels])).Append(("mixture", mixture.Predict(rows))).ToArray();
        var neighbors = NearestNeighbors.Find(rows, Math.Min(nearest, (int)rows.shape[0] - 1));
        var (origin, labels) = MostTelling(candidates, neighbors, options.Components);
        return OfLabels($"{origin} of the rows", labels, codes, options);
    }

    /// <summary>
    /// Of the clusterings that say nearly as great a share of their information about neighbours as the best, the one that says most: the first alone is
    /// for small parts that are cut off, the second alone for clusters of one size.
    /// </summary>
    private static (string Origin, int[] Labels) MostTelling(IReadOnlyList<(string Origin, int[] Labels)> candidates, NearestNeighbors neighbors, int clusters)
    {
        bool IsEven(int[] labels) => Enumerable.Range(0, clusters).All(c => labels.Count(label => label == c) >= SmallestShare * labels.Length / clusters);
        var some = candidates.Where(candidate => IsEven(candidate.Labels)).ToArray();
        var judged = (some.Length > 0 ? some : candidates).Select(candidate => (candidate, Share: NeighborInformation.ShareOf(neighbors, candidate.Labels))).ToArray();
        double least = judged.Max(one => one.Share) - NearlyAsGreat;
        return judged.Where(one => one.Share >= least).MaxBy(one => NeighborInformation.Of(neighbors, one.candidate.Labels)).candidate;
    }

    private static IEnumerable<(string Origin, int[] Labels)> MostTellingFirst(IReadOnlyList<(string Origin, int[] Labels)> clusterings, Tensor codes)
    {
        const int rows = 5_000, nearest = 10;
        using var scope = NewDisposeScope();
        int[] some = EvenlySpaced.Indices((int)codes.shape[0], rows);
        if (some.Length <= nearest)
        {
            return clusterings;
        }
        var neighbors = NearestNeighbors.Find(codes.index_select(0, tensor(some, int64)), nearest);
        double[] telling = [.. clusterings.Select(clustering => NeighborInformation.Of(neighbors, [.. some.Select(row => clustering.Labels[row])]))];
        return [.. clusterings.Zip(telling).OrderByDescending(pair => pair.Second).Select(pair => pair.First)];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Weights.Dispose();
        Means.Dispose();
        Variances.Dispose();
    }

    private static IEnumerable<(string Origin, int[] Labels)> InGraph(
        Tensor codes, int asked, IReadOnlyList<int> more, GaussianMixtureOptions options, bool all = false)
    {
        int rows = (int)codes.shape[0], clusters = options.Components;
        int most = Math.Min(rows, clusters + more.Max());
        if (NeighborGraph.WithAtMost(codes, asked, most) is not (var graph, var neighbors))
        {
            yield break;
        }
        using var embedding = SpectralEmbedding.Of(graph, most, seed: RandomStreams.Seed(options.Seed, FormattableString.Invariant($"graph {asked}")));
        var numbers = !all && FallsIntoClusters(embedding.Values, clusters) ? [clusters] : more.Select(number => Math.Min(rows, clusters + number)).Distinct();
        foreach (int eigenvectors in numbers)
        {
            long seed = RandomStreams.Seed(options.Seed, FormattableString.Invariant($"k-means {asked} {eigenvectors}"));
            yield return (
                FormattableString.Invariant($"graph of {neighbors} neighbours, {eigenvectors} eigenvectors"),
                SpectralClustering.Fit(embedding, new() { Clusters = clusters, Eigenvectors = eigenvectors, Seed = seed }));
        }
    }

    /// <summary>Whether the eigengap says that the graph all but falls into K parts: more eigenvectors would only take these apart (von Luxburg 2007, section 8.3).</summary>
    private static bool FallsIntoClusters(IReadOnlyList<double> values, int clusters) =>
        values.Count > clusters && 1 - values[clusters] > ClearGap * (1 - values[clusters - 1]) + 1e-6;

    /// <summary>Each cluster's share, mean and variance; an empty one gets those of all codes, with the share of one row.</summary>
    private static StartClusters OfLabels(string origin, int[] labels, Tensor codes, GaussianMixtureOptions options)
    {
        using var scope = NewDisposeScope();
        var z = codes.to(float64);
        var members = nn.functional.one_hot(tensor(labels, int64), options.Components).to(float64);          // (N, K)
        var counts = members.sum(0L);                                                                        // (K)
        var empty = counts.eq(0).unsqueeze(1);
        var sizes = counts.clamp_min(1).unsqueeze(1);
        var centre = z.mean([0L], keepdim: true);
        var means = where(empty, centre, members.t().mm(z) / sizes);
        var squares = members.t().mm((z - members.mm(means)).square()) / sizes;
        var variances = where(empty, (z - centre).square().mean([0L], keepdim: true), squares) + options.VarianceFloor;
        var weights = counts.clamp_min(1);
        return new(origin, labels, weights / weights.sum(), means, variances);
    }
}
