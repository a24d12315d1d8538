using System.Numerics;
using System.Runtime.InteropServices;

namespace DeepClustering.Mixtures;

/// <summary>N_k = Σ_n γ_kn and the first and second moments around one reference point per component: all that the M-step needs to know about the points.</summary>
internal sealed class MixtureMoments(int components, int dimensions, int scatterSize)
{
    private readonly double[] _first = new double[components * dimensions], _second = new double[components * scatterSize];

    /// <summary>The soft counts N_k, (K).</summary>
    public double[] Counts { get; } = new double[components];

    /// <summary>The log-likelihood Σ_n log p(x_n), in nats.</summary>
    public double LogDensity { get; private set; }

    /// <summary>Coordinate d of the mean minus that of the reference.</summary>
    public double Shift(int k, int d) => _first[(k * dimensions) + d] / Divisor(k);

    /// <summary>A second moment around the reference.</summary>
    public double Second(int k, int s) => _second[(k * scatterSize) + s] / Divisor(k);

    /// <summary>Adds a tile's points, with the responsibilities and densities of the scratch.</summary>
    public void Add(PointTiles points, int tile, Centres reference, GaussianKernel kernel, TileScratch scratch)
    {
        int count = points.CountIn(tile);
        for (int n = 0; n < count; n++)
        {
            LogDensity += scratch.LogDensities[n];
        }
        for (int k = 0; k < components; k++)
        {
            var gamma = scratch.GammaOf(k);
            gamma[count..].Clear();
            var total = Vector<double>.Zero;
            foreach (var vector in MemoryMarshal.Cast<double, Vector<double>>(gamma))
            {
                total += vector;
            }
            Counts[k] += Vector.Sum(total);
            kernel.AddMoments(
                k, reference, points[tile], scratch, _first.AsSpan(k * dimensions, dimensions), _second.AsSpan(k * scatterSize, scatterSize));
        }
    }

    /// <summary>Adds the moments of other points around the same reference.</summary>
    public void Add(MixtureMoments other)
    {
        LogDensity += other.LogDensity;
        Add(Counts, other.Counts);
        Add(_first, other._first);
        Add(_second, other._second);
    }

    // No 0 / 0 before an empty component is moved.
    private double Divisor(int k) => Math.Max(Counts[k], 1e-300);

    private static void Add(double[] sums, double[] others)
    {
        for (int i = 0; i < sums.Length; i++)
        {
            sums[i] += others[i];
        }
    }
}
