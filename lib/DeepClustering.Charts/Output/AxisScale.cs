using System.Globalization;
using System.Text.Json;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace DeepClustering.Charts.Output;

/// <summary>Where values stand along an axis: numbers, their logarithms, dates, or categories in the order they first appear.</summary>
internal sealed class AxisScale
{
    private readonly JsonElement? _axis;
    private readonly string _type;
    private readonly List<string> _categories = [];

    /// <param name="axis">The layout's axis, or null where it has none.</param>
    /// <param name="values">All values along it.</param>
    public AxisScale(JsonElement? axis, IEnumerable<JsonElement> values)
    {
        _axis = axis;
        string[] texts = values.Where(value => value.ValueKind == JsonValueKind.String).Select(value => value.GetString()!).Where(text => text != "NaN").ToArray();
        _type = StaticRenderer.Text(axis, "type") is { Length: > 0 } given && given != "-" ? given
            : texts.Length == 0 || texts.All(text => double.TryParse(text, CultureInfo.InvariantCulture, out _)) ? "linear"
            : texts.All(text => TryParseDate(text, out _)) ? "date"
            : "category";
        if (_type == "category")
        {
            _categories.AddRange(values.Select(value => value.ToString()).Distinct());
        }
    }

    /// <summary>The position of a value; NaN where it has none.</summary>
    public double Position(JsonElement value) => _type switch
    {
        "category" => _categories.IndexOf(value.ToString()),
        "date" => TryParseDate(value.ToString(), out var date) ? date.ToOADate() : double.NaN,
        "log" => Number(value) is > 0 and var number ? Math.Log10(number) : double.NaN,
        _ => Number(value),
    };

    /// <summary>The positions of an array of values.</summary>
    public double[] Positions(JsonElement values) => [.. values.EnumerateArray().Select(Position)];

    /// <summary>Labels an axis of a plot and limits it as the layout says.</summary>
    public void Apply(IAxis axis, Plot plot)
    {
        if (Ticks() is { } ticks)
        {
            axis.TickGenerator = ticks;
        }

        if (StaticRenderer.Find(_axis, "range") is { ValueKind: JsonValueKind.Array } range && range.GetArrayLength() == 2)
        {
            // A logarithmic axis' range is given as logarithms, one of categories as their indices.
            double End(int i) => _type == "date" ? Position(range[i]) : Number(range[i]);
            if (double.IsFinite(End(0)) && double.IsFinite(End(1)))
            {
                (axis.Range.Min, axis.Range.Max) = (End(0), End(1));
            }
        }
        else if (StaticRenderer.Text(_axis, "autorange") == "reversed")
        {
            plot.Axes.AutoScale();
            (axis.Range.Min, axis.Range.Max) = (axis.Range.Max, axis.Range.Min);
        }
    }

    /// <summary>A number, also one that is written as text; NaN for anything else.</summary>
    public static double Number(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.String when double.TryParse(value.GetString(), CultureInfo.InvariantCulture, out double number) => number,
        JsonValueKind.True => 1,
        JsonValueKind.False => 0,
        _ => double.NaN,
    };

    private ITickGenerator? Ticks() => _type switch
    {
        "category" => new NumericManual([.. Enumerable.Range(0, _categories.Count).Select(i => (double)i)], [.. _categories]),
        "date" => new DateTimeAutomatic(),
        "log" => new NumericAutomatic { IntegerTicksOnly = true, LabelFormatter = power => Math.Pow(10, power).ToString("G4", CultureInfo.InvariantCulture) },
        _ when StaticRenderer.Find(_axis, "dtick") is { ValueKind: JsonValueKind.Number } spacing => new NumericFixedInterval(spacing.GetDouble()),
        _ => null,
    };

    private static bool TryParseDate(string text, out DateTime date) =>
        DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out date) && text.Contains('-', StringComparison.Ordinal);
}
