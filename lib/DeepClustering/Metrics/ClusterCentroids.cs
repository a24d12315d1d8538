using System.Runtime.InteropServices;
using DeepClustering.Mixtures;
using static TorchSharp.torch;

namespace DeepClustering.Metrics;

/// <summary>Labelled points as numbers, and the centroids of their clusters with twice the precision of float64.</summary>
internal sealed class ClusterCentroids
{
    private const int LeastPartSize = 8192;

    private readonly double[] _points;   // (N, D)
    private readonly LabelEncoding _labels;
    private readonly int _dimensions;

    public ClusterCentroids(Tensor points, LabelEncoding labels)
    {
        using var scope = NewDisposeScope();
        var x = MetricArguments.WithoutOverflow(points.detach().to(ScalarType.Float64)).contiguous();
        _points = MemoryMarshal.Cast<byte, double>(x.bytes).ToArray();
        _labels = labels;
        _dimensions = (int)points.shape[1];
        Centres = Means();
    }

    /// <summary>μ_k, and as the last, K + 1-th one the mean of all points.</summary>
    public Centres Centres { get; }

    /// <summary>Adds |x_n − μ_k(n)|² of every point to its cluster's sum, as a power of the distance: (K).</summary>
    /// <param name="ofSquare">What of a squared distance is summed.</param>
    public double[] Sums(Func<double, double> ofSquare)
    {
        var sums = new double[_labels.Counts.Length];
        AddParts(sums, (n, part) => part[_labels.Codes[n]] += ofSquare(Centres.SquaredDistance(_labels.Codes[n], Point(n))));
        return sums;
    }

    /// <summary>|μ_k − μ_l|².</summary>
    public double Squared(int k, int l)
    {
        var square = 0.0;
        for (var d = 0; d < _dimensions; d++)
        {
            square += Centres.Between(k, l, d) * Centres.Between(k, l, d);
        }
        return square;
    }

    private Centres Means()
    {
        var clusters = _labels.Counts.Length;
        var centres = new Centres(clusters + 1, _dimensions);
        var seen = new bool[clusters];
        for (var n = 0; n < _labels.Codes.Length; n++)
        {
            if (!seen[_labels.Codes[n]])
            {
                centres.Place(_labels.Codes[n], Point(n));
            }
            seen[_labels.Codes[n]] = true;
        }

        // First the mean relative to one of the cluster's points, then a correction for what rounding left over.
        for (var pass = 0; pass < 2; pass++)
        {
            Improve(centres);
        }

        centres.Place(clusters, _points.AsSpan(0, _dimensions));
        for (var pass = 0; pass < 2; pass++)
        {
            for (var d = 0; d < _dimensions; d++)
            {
                var shift = 0.0;
                for (var k = 0; k < clusters; k++)
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
        var shifts = new double[_labels.Counts.Length * _dimensions];
        AddParts(shifts, (n, part) =>
        {
            var code = _labels.Codes[n];
            centres.AddDifference(code, Point(n), part.Slice(code * _dimensions, _dimensions));
        });
        for (var i = 0; i < shifts.Length; i++)
        {
            centres.Move(i / _dimensions, i % _dimensions, shifts[i] / _labels.Counts[i / _dimensions]);
        }
    }

    private ReadOnlySpan<double> Point(int n) => _points.AsSpan(n * _dimensions, _dimensions);

    /// <summary>Adds what every point adds to sums of its own part of the points, the parts on all cores and then in their order.</summary>
    private void AddParts(double[] sums, PointSum add)
    {
        // No shorter than the sums, so that these take no more memory than the points.
        var size = Math.Max(LeastPartSize, sums.Length);
        var parts = new double[(_labels.Codes.Length + size - 1) / size][];
        Parallel.For(0, parts.Length, index =>
        {
            var part = new double[sums.Length];
            for (var n = index * size; n < Math.Min((index + 1) * size, _labels.Codes.Length); n++)
            {
                add(n, part);
            }
            parts[index] = part;
        });
        foreach (var part in parts)
        {
            for (var i = 0; i < sums.Length; i++)
            {
                sums[i] += part[i];
            }
        }
    }

    private delegate void PointSum(int point, Span<double> sums);
}
