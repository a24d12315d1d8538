using DeepClustering.Data;
using DeepClustering.Runs;
using static TorchSharp.torch;

namespace DeepClustering.Charts;

/// <summary>The pictures of a cluster on one sheet: those nearest its centre, and those with the lowest confidence.</summary>
public static class ClusterSheet
{
    /// <summary>Draws a cluster's sheet.</summary>
    /// <param name="data">Images of bytes.</param>
    /// <param name="assignments">The assignment of each image.</param>
    /// <param name="cluster">The cluster to draw.</param>
    /// <param name="columns">Pictures per row. Range: at least 1.</param>
    /// <param name="rows">Rows of pictures nearest the centre; one more row shows the least confident. Range: at least 1.</param>
    /// <returns>The sheet; null where the cluster has no pictures.</returns>
    /// <exception cref="ArgumentException">The data are not images of bytes, or there is not exactly one assignment for each.</exception>
    public static ImageGrid? Draw(Dataset data, IReadOnlyList<Assignment> assignments, int cluster, int columns = 12, int rows = 4)
    {
        Check(data, assignments);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        int[] nearest = [.. Members(assignments, cluster).OrderBy(i => assignments[i].Distance)];
        if (nearest.Length == 0)
        {
            return null;
        }
        int[] unsure = [.. nearest.OrderBy(i => assignments[i].Largest).Take(columns)];
        var parts = nearest.Take(rows * columns).Chunk(columns).Select((part, i) => (i == 0 ? "nearest the middle" : "", part)).Append(("least sure", unsure));
        return Grid(data, parts, FormattableString.Invariant($"Cluster {cluster}: {nearest.Length} of {data.Count} pictures"));
    }

    /// <summary>One row of pictures per cluster, those nearest its centre.</summary>
    /// <inheritdoc cref="Draw"/>
    /// <param name="data">Images of bytes.</param>
    /// <param name="assignments">Where each of them belongs.</param>
    /// <param name="columns">Pictures in a row. Range: at least 1.</param>
    /// <returns>The grid; clusters without pictures are left out.</returns>
    public static ImageGrid Overview(Dataset data, IReadOnlyList<Assignment> assignments, int columns = 12)
    {
        Check(data, assignments);
        return Grid(data, assignments.Select(assignment => assignment.Cluster).Distinct().Order().Select(cluster => ($"cluster {cluster}",
            Members(assignments, cluster).OrderBy(i => assignments[i].Distance).Take(columns).ToArray())), "The pictures nearest the middle of each cluster");
    }

    private static IEnumerable<int> Members(IReadOnlyList<Assignment> assignments, int cluster) =>
        Enumerable.Range(0, assignments.Count).Where(i => assignments[i].Cluster == cluster);

    private static ImageGrid Grid(Dataset data, IEnumerable<(string Label, int[] Members)> rows, string caption)
    {
        using var scope = NewDisposeScope();
        // Large pictures need no enlarging.
        int scale = Math.Max(1, 56 / data.Shape!.Height);
        return ImageGrid.Rows([.. rows.Select(row => (row.Label, data.Select(row.Label.Length > 0 ? row.Label : "more", row.Members).ToTensor()))],
            caption, data.Shape, scale);
    }

    private static void Check(Dataset data, IReadOnlyList<Assignment> assignments)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(assignments);
        if (data.Shape is null || !data.IsBytes)
        {
            throw new ArgumentException($"expected images of bytes, found {data}.", nameof(data));
        }
        if (assignments.Count != data.Count)
        {
            throw new ArgumentException($"expected an assignment for each of {data.Count} images, found {assignments.Count}.", nameof(assignments));
        }
    }
}
