using System.Collections.Immutable;

namespace DeepClustering.Files;

/// <summary>
/// Watches what columns of numbers lose as float32, which keeps seven digits: of times in seconds since 1970, for one, nothing below two minutes.
/// A set that lost so much is read, and refused when it is to be trained on.
/// </summary>
internal sealed class SinglePrecision(int columns)
{
    /// <summary>The largest rounding error, root mean square, over a column's standard deviation.</summary>
    private const double Most = 0.2;

    /// <summary>A standard deviation over the mean that is rounding of float64: the column is constant.</summary>
    private const double Constant = 1e-12;

    private readonly (double Mean, double Squares, double Lost)[] _columns = new (double, double, double)[columns];
    private readonly long[] _counts = new long[columns];

    /// <summary>Takes one number of a column; those that are not finite are passed over.</summary>
    public void Add(int column, double value)
    {
        float kept = (float)value;
        if (!float.IsFinite(kept))
        {
            return;
        }
        var (mean, squares, lost) = _columns[column];
        double from = value - mean;
        mean += from / ++_counts[column];
        _columns[column] = (mean, squares + from * (value - mean), lost + (value - kept) * (value - kept));
    }

    /// <summary>Numbers as float32, and what a column lost by it.</summary>
    /// <param name="values">N · D numbers, row by row.</param>
    /// <param name="columns">D names; of images their D pixels' numbers.</param>
    /// <exception cref="ArgumentException">A number is beyond float32's range.</exception>
    public static (ImmutableArray<float> Kept, string? Lost) Of(IEnumerable<double> values, IReadOnlyList<string> columns)
    {
        var precision = new SinglePrecision(columns.Count);
        int i = 0;
        ImmutableArray<float> kept = [.. values.Select(value =>
        {
            int column = i++ % columns.Count;
            precision.Add(column, value);
            return !double.IsFinite(value) || float.IsFinite((float)value) ? (float)value
                : throw new ArgumentException(FormattableString.Invariant($"column '{columns[column]}' holds {value}; float32 holds numbers up to 3.4e38."), nameof(values));
        })];
        return (kept, precision.Lost(columns));
    }

    /// <summary>Which column has numbers that cannot be told apart, as the end of a sentence; null if there is none.</summary>
    /// <param name="columns">The columns' names.</param>
    public string? Lost(IReadOnlyList<string> columns)
    {
        int worn = Enumerable.Range(0, _columns.Length).Where(IsWorn).FirstOrDefault(-1);
        return worn < 0 ? null : FormattableString.Invariant(
            $"has numbers in column '{columns[worn]}' that single precision (float32) cannot tell apart: their mean is {_columns[worn].Mean:G10}, their standard deviation {Math.Sqrt(_columns[worn].Squares / _counts[worn]):G3}. Subtract a constant or scale them first, or leave the column out");
    }

    private bool IsWorn(int column)
    {
        var (mean, squares, lost) = _columns[column];
        return lost > Most * Most * squares && squares > _counts[column] * (Constant * mean) * (Constant * mean);
    }
}
