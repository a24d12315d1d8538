using System.Runtime.InteropServices;
using DeepClustering.Mixtures;
using static TorchSharp.torch;

namespace DeepClustering.Metrics;

/// <summary>Labelled points as numbers, and the centroids of their clusters with twice the precision of float64.</summary>
internal sealed class ClusterCentroids : IDisposable
{
    private const int LeastPartSize = 8192;

    private readonly Tensor _points;     // (N, D), float64
    private readonly LabelEncoding _labels;
    private readonly int _dimensions;

    public ClusterCentroids(Tensor points, LabelEncoding labels)
    {
        using var scope = NewDisposeScope();
        _points = MetricArguments.WithoutOverflow(points.detach().to(ScalarType.Float64)).contiguous().DetachFromDisposeScope();
        _labels = labels;
        _dimensions = (int)points.shape[1];
        Centres = Means();
    }

    /// <summary>μ_k, and as the last, K + 1-th one the mean of all points.</summary>
    public Centres Centres { get; }

    private ReadOnlySpan<double> Points => MemoryMarshal.Cast<byte, double>(_points.bytes);

    /// <summary>Adds |x_n − μ_k(n)|² of every point to its cluster's sum, as a power of the distance: (K).</summary>
    /// <param name="ofSquare">What of a squared distance is summed.</param>
    public double[] Sums(Func<double, double> ofSquare)
    {
        double[] sums = new double[_labels.Counts.Length];
        AddParts(sums, (points, codes, part) =>
        {
            for (int n = 0; n < codes.Length; n++)
            {
                part[codes[n]] += ofSquare(Centres.SquaredDistance(codes[n], points.Slice(n * _dimensions, _dimensions)));
            }
        });
        return sums;
    }

    /// <inheritdoc/>
    public void Dispose() => _points.Dispose();

    /// <summary>|μ_k − μ_l|².</summary>
    public double Squared(int k, int l)
    {
        double square = 0.0;
        for (int d = 0; d < _dimensions; d++)
        {
            square += Centres.Between(k, l, d) * Centres.Between(k, l, d);
        }
        return square;
    }

    private Centres Means()
    {
        int clusters = _labels.Counts.Length;
        var centres = new Centres(clusters + 1, _dimensions);
        bool[] seen = new bool[clusters];
        var points = Points;
        for (int n = 0; n < _labels.Codes.Length; n++)
        {
            if (!seen[_labels.Codes[n]])
            {
                centres.Place(_labels.Codes[n], points.Slice(n * _dimensions, _dimensions));
            }
            seen[_labels.Codes[n]] = true;
        }

        // First the mean relative to one of the cluster's points, then a correction for what rounding left over.
        for (int pass = 0; pass < 2; pass++)
        {
            Improve(centres);
        }

        centres.Place(clusters, points[.._dimensions]);
        for (int pass = 0; pass < 2; pass++)
        {
            for (int d = 0; d < _dimensions; d++)
            {
                double shift = 0.0;
                for (int k = 0; k < clusters; k++)
                {
                    shift += _labels.Counts[k] * centres.Between(k, clusters, d);
                }
                centres.Move(clusters, d, shift / _labels.Codes.Length);
            }
        }

        return centres;
    }

    private void Improve(Centres centres)
    {
        double[] shifts = new double[_labels.Counts.Length * _dimensions];
        AddParts(shifts, centres.AddDifferences);
        for (int i = 0; i < shifts.Length; i++)
        {
            centres.Move(i / _dimensions, i % _dimensions, shifts[i] / _labels.Counts[i / _dimensions]);
        }
    }

    /// <summary>Adds what every point adds to sums of its own part of the points, the parts on all cores and then in their order.</summary>
    private void AddParts(double[] sums, PartSum add)
    {
        // No shorter than the sums, so that these take no more memory than the points.
        int size = Math.Max(LeastPartSize, sums.Length);
        double[][] parts = new double[(_labels.Codes.Length + size - 1) / size][];
        Parallel.For(0, parts.Length, index =>
        {
            double[] part = new double[sums.Length];
            var range = (index * size)..Math.Min((index + 1) * size, _labels.Codes.Length);
            add(Points[(range.Start.Value * _dimensions)..(range.End.Value * _dimensions)], _labels.Codes.AsSpan(range), part);
            parts[index] = part;
        });
        foreach (double[] part in parts)
        {
            for (int i = 0; i < sums.Length; i++)
            {
                sums[i] += part[i];
            }
        }
    }

    /// <summary>Adds what points, (n, D), of the clusters that the codes say, (n), add to sums.</summary>
    private delegate void PartSum(ReadOnlySpan<double> points, ReadOnlySpan<int> codes, Span<double> sums);
}
