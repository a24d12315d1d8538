using static TorchSharp.torch;

namespace DeepClustering.Metrics;

/// <summary>Points sorted by group, as the metrics of latent spaces need them.</summary>
internal sealed class Groups
{
    /// <summary>Checks points and labels by scikit-learn's rule: 2 to N − 1 groups.</summary>
    /// <exception cref="ArgumentException">The shapes or the number of groups do not fit, or a coordinate is not finite.</exception>
    public Groups(Tensor points, IReadOnlyList<int> labels)
    {
        if (points.dim() != 2 || !points.is_floating_point())
        {
            throw new ArgumentException($"expected floating-point points (N, D), found {points.dtype} ({string.Join(", ", points.shape)}).", nameof(points));
        }
        if (points.shape[0] != labels.Count)
        {
            throw new ArgumentException($"expected {points.shape[0]} labels, one a point, found {labels.Count}.", nameof(labels));
        }
        int[] distinct = [.. labels.Distinct().Order()];
        if (distinct.Length < 2 || distinct.Length >= labels.Count)
        {
            throw new ArgumentException($"expected 2 to {labels.Count - 1} distinct labels for {labels.Count} points, found {distinct.Length}.", nameof(labels));
        }
        var index = distinct.Select((label, i) => (label, i)).ToDictionary(pair => pair.label, pair => pair.i);
        Index = [.. labels.Select(label => index[label])];
        Sizes = new int[distinct.Length];
        foreach (int group in Index)
        {
            Sizes[group]++;
        }
        using var scope = NewDisposeScope();
        var doubles = points.detach().to_type(float64).cpu().contiguous();
        if (!isfinite(doubles).all().item<bool>())
        {
            throw new ArgumentException("expected finite coordinates, found NaN or infinity.", nameof(points));
        }
        Points = doubles.data<double>().ToArray();
        Dimensions = (int)points.shape[1];
    }

    /// <summary>Coordinates, row by row, N · D.</summary>
    public double[] Points { get; }

    /// <summary>D.</summary>
    public int Dimensions { get; }

    /// <summary>The group of every point, from 0.</summary>
    public int[] Index { get; }

    /// <summary>Points in each group.</summary>
    public int[] Sizes { get; }

    /// <summary>The mean of each group, K rows of D.</summary>
    public double[][] Centroids()
    {
        var sums = Sizes.Select(_ => new double[Dimensions]).ToArray();
        for (int n = 0; n < Index.Length; n++)
        {
            for (int d = 0; d < Dimensions; d++)
            {
                sums[Index[n]][d] += Points[n * Dimensions + d];
            }
        }
        return [.. sums.Select((sum, k) => sum.Select(value => value / Sizes[k]).ToArray())];
    }

    /// <summary>‖x_n − center‖².</summary>
    public double SquaredDistance(int n, double[] center)
    {
        double sum = 0;
        for (int d = 0; d < Dimensions; d++)
        {
            double difference = Points[n * Dimensions + d] - center[d];
            sum += difference * difference;
        }
        return sum;
    }
}
