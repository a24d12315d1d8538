using System.Numerics.Tensors;
using TorchSharp;

namespace DeepClustering.Embeddings;

/// <summary>p_ij of t-SNE: how likely two points are to be neighbours.</summary>
internal static class TsneAffinities
{
    private const int Halvings = 100;

    /// <summary>p_ij = (p_j|i + p_i|j) / 2N with p_j|i ∝ exp(−β_i |x_i − x_j|²), each β_i such that the entropy of p_·|i is the perplexity's logarithm.</summary>
    /// <param name="points">(N, D), finite.</param>
    /// <param name="perplexity">At least 1 (which is taken for less), below N − 1.</param>
    /// <returns>(N, N), row after row; symmetric, 0 on the diagonal, 1 in sum.</returns>
    public static float[] Of(torch.Tensor points, double perplexity)
    {
        using var scope = torch.NewDisposeScope();
        var x = points.detach().cpu().to(torch.float64);
        // To unit size: squares neither overflow nor vanish, and β alone depends on it.
        double largest = x.abs().max().item<double>();
        x = largest > 0 ? x / largest : x;
        int count = (int)x.shape[0];
        double[] coordinates = x.contiguous().data<double>().ToArray();
        int dimension = coordinates.Length / count;
        double[] conditional = new double[checked(count * count)];
        double entropy = Math.Log(Math.Max(perplexity, 1));
        Parallel.For(0, count, row =>
        {
            double[] squares = new double[count];
            var own = coordinates.AsSpan(row * dimension, dimension);
            for (int other = 0; other < count; other++)
            {
                double distance = TensorPrimitives.Distance<double>(own, coordinates.AsSpan(other * dimension, dimension));
                squares[other] = distance * distance;
            }
            Fill(squares, row, entropy, conditional.AsSpan(row * count, count));
        });
        float[] affinities = new float[conditional.Length];
        Parallel.For(0, count, row =>
        {
            for (int other = 0; other < count; other++)
            {
                affinities[row * count + other] = (float)((conditional[row * count + other] + conditional[other * count + row]) / (2.0 * count));
            }
        });
        return affinities;
    }

    /// <summary>One row of p_j|i, its β found by bisection.</summary>
    private static void Fill(ReadOnlySpan<double> squares, int self, double entropy, Span<double> probabilities)
    {
        // Distances beyond the nearest one: the largest exponential is 1, none underflows to a row of zeros.
        double nearest = double.PositiveInfinity;
        for (int j = 0; j < squares.Length; j++)
        {
            nearest = j == self ? nearest : Math.Min(nearest, squares[j]);
        }
        var (least, most, beta) = (0.0, double.PositiveInfinity, 1.0);
        for (int halving = 0; halving < Halvings; halving++)
        {
            double sum = 0, moment = 0;
            for (int j = 0; j < squares.Length; j++)
            {
                double excess = squares[j] - nearest;
                probabilities[j] = j == self ? 0 : Math.Exp(-beta * excess);
                sum += probabilities[j];
                moment += probabilities[j] * excess;
            }
            foreach (ref double probability in probabilities)
            {
                probability /= sum;
            }
            double difference = Math.Log(sum) + beta * moment / sum - entropy;   // above 0: too even
            if (Math.Abs(difference) < 1e-6)
            {
                break;
            }
            (least, most) = difference > 0 ? (beta, most) : (least, beta);
            double next = double.IsInfinity(most) ? 2 * beta : (least + most) / 2;
            if (next == beta || !double.IsFinite(next))
            {
                break;   // as many duplicates as the perplexity, or more: no β tells them apart
            }
            beta = next;
        }
    }
}
