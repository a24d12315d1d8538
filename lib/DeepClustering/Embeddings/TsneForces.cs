using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DeepClustering.Embeddings;

/// <summary>The gradient of t-SNE's divergence KL(P ‖ Q), q_ij = w_ij / Σ w, w_ij = 1 / (1 + |y_i − y_j|²).</summary>
/// <remarks>
/// ∂KL/∂y_i = 4 Σ_j (p_ij − q_ij) w_ij (y_i − y_j) (eq. 5), split into attraction and repulsion, so that one pass over the pairs
/// also gives Σ w. Pairs are float32, vector by vector; a row's sums are one core's, and rows are added in their order.
/// </remarks>
internal sealed class TsneForces
{
    private const float Far = 1e18f;

    private readonly int _count;
    private readonly int _width;             // N rounded up to whole vectors
    private readonly float[] _affinities;    // (N, width), zeros behind
    private readonly float[] _x, _y;         // (width), behind it Far: its weight is next to nothing, and its forces are zero
    private readonly double[] _attraction, _repulsion, _weights;

    /// <param name="affinities">p_ij, (N, N).</param>
    /// <param name="count">N.</param>
    public TsneForces(float[] affinities, int count)
    {
        _count = count;
        _width = (count + Vector512<float>.Count - 1) / Vector512<float>.Count * Vector512<float>.Count;
        _affinities = new float[checked(count * _width)];
        for (int row = 0; row < count; row++)
        {
            affinities.AsSpan(row * count, count).CopyTo(_affinities.AsSpan(row * _width));
        }
        (_x, _y) = (new float[_width], new float[_width]);
        _x.AsSpan(count).Fill(Far);
        (_attraction, _repulsion, _weights) = (new double[2 * count], new double[2 * count], new double[count]);
    }

    /// <summary>The gradient at a layout.</summary>
    /// <param name="layout">All x, then all y, 2N.</param>
    /// <param name="exaggeration">Multiplies P.</param>
    /// <param name="gradient">Takes 2N numbers of the same order.</param>
    public void Gradient(ReadOnlySpan<double> layout, double exaggeration, Span<double> gradient)
    {
        for (int i = 0; i < _count; i++)
        {
            (_x[i], _y[i]) = ((float)layout[i], (float)layout[_count + i]);
        }
        const int rowsOfATask = 32;
        Parallel.For(0, (_count + rowsOfATask - 1) / rowsOfATask, task =>
        {
            for (int row = task * rowsOfATask; row < Math.Min((task + 1) * rowsOfATask, _count); row++)
            {
                Row(row);
            }
        });
        double normalizer = 0;
        foreach (double weight in _weights)
        {
            normalizer += weight;
        }
        for (int i = 0; i < gradient.Length; i++)
        {
            gradient[i] = 4 * (exaggeration * _attraction[i] - _repulsion[i] / normalizer);
        }
    }

    private void Row(int row)
    {
        ref float x = ref MemoryMarshal.GetArrayDataReference(_x), y = ref MemoryMarshal.GetArrayDataReference(_y);
        ref float p = ref _affinities[row * _width];
        var (ownX, ownY) = (Vector512.Create(_x[row]), Vector512.Create(_y[row]));
        Vector512<float> weights = default, attractionX = default, attractionY = default, repulsionX = default, repulsionY = default;
        for (nuint j = 0; j < (nuint)_width; j += (nuint)Vector512<float>.Count)
        {
            var differenceX = ownX - Vector512.LoadUnsafe(ref x, j);
            var differenceY = ownY - Vector512.LoadUnsafe(ref y, j);
            var weight = Vector512<float>.One / (Vector512<float>.One + differenceX * differenceX + differenceY * differenceY);
            weights += weight;
            var attraction = Vector512.LoadUnsafe(ref p, j) * weight;
            var repulsion = weight * weight;
            attractionX += attraction * differenceX;
            attractionY += attraction * differenceY;
            repulsionX += repulsion * differenceX;
            repulsionY += repulsion * differenceY;
        }
        _weights[row] = Vector512.Sum(weights) - 1;   // without the point itself
        (_attraction[row], _attraction[_count + row]) = (Vector512.Sum(attractionX), Vector512.Sum(attractionY));
        (_repulsion[row], _repulsion[_count + row]) = (Vector512.Sum(repulsionX), Vector512.Sum(repulsionY));
    }
}
