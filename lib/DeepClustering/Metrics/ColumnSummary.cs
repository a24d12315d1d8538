using DeepClustering.Data;

namespace DeepClustering.Metrics;

/// <summary>A summary of a table's column.</summary>
/// <param name="Column">Its name.</param>
/// <param name="Least">Its least value.</param>
/// <param name="Mean">Its mean.</param>
/// <param name="Greatest">Its greatest value.</param>
/// <param name="StandardDeviation">Its standard deviation; it divides by N.</param>
public sealed record ColumnSummary(string Column, double Least, double Mean, double Greatest, double StandardDeviation)
{
    /// <summary>Summarises each column, in order.</summary>
    /// <param name="data">A table.</param>
    /// <exception cref="ArgumentException">Its values have no names.</exception>
    public static IReadOnlyList<ColumnSummary> Of(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.Columns.Count == 0)
        {
            throw new ArgumentException($"'{data.Name}' has no named columns.", nameof(data));
        }
        using var scope = TorchSharp.torch.NewDisposeScope();
        var values = data.ToTensor().to(TorchSharp.torch.float64);
        var means = values.mean([0L]);
        double[] least = Numbers(values.amin([0])), mean = Numbers(means), greatest = Numbers(values.amax([0]));
        double[] deviation = Numbers(values.sub(means).square().mean([0L]).sqrt());
        return [.. data.Columns.Select((column, i) => new ColumnSummary(column, least[i], mean[i], greatest[i], deviation[i]))];
    }

    private static double[] Numbers(TorchSharp.torch.Tensor row) => row.data<double>().ToArray();
}
