using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using Workbook.Parameters;

namespace Workbook.Sweeping;

/// <summary>A parameter and the values that a sweep gives it.</summary>
/// <param name="Notebook">The notebook's name as typed before a colon, or null.</param>
/// <param name="Name">The variable.</param>
/// <param name="Values">At least one value, none of them empty.</param>
internal sealed partial record SweepAxis(string? Notebook, string Name, IReadOnlyList<string> Values)
{
    /// <summary>Reads <c>name=values</c>: values separated by commas, <c>a..b</c> for the whole numbers from a to b.</summary>
    /// <exception cref="ParameterException">It is of another form, a range is backwards, or there are more than <see cref="Sweep.MaximumTasks"/> values.</exception>
    public static SweepAxis Parse(string text)
    {
        var parameter = Parameter.Parse(text);
        string[] items = parameter.Value.Split(',', StringSplitOptions.TrimEntries);
        if (items.Contains(""))
        {
            throw new ParameterException($"--over {text} has an empty value, expected {parameter.Name}=value,value or {parameter.Name}=1..5.");
        }
        // One more than may be: a few ranges written shortly can have more numbers than there is memory.
        string[] values = [.. items.SelectMany(item => Expand(item, text)).Take(Sweep.MaximumTasks + 1)];
        return values.Length <= Sweep.MaximumTasks ? new SweepAxis(parameter.Notebook, parameter.Name, values)
            : throw new ParameterException($"--over {text} has more than {Sweep.MaximumTasks} values; a sweep has at most so many tasks.");
    }

    private static IEnumerable<string> Expand(string item, string text)
    {
        var range = Range().Match(item);
        if (!range.Success)
        {
            return [item];
        }
        var first = BigInteger.Parse(range.Groups[1].Value, CultureInfo.InvariantCulture);
        var last = BigInteger.Parse(range.Groups[2].Value, CultureInfo.InvariantCulture);
        if (first > last)
        {
            throw new ParameterException($"The range {item} of --over {text} is backwards, expected {last}..{first}.");
        }
        if (last - first >= Sweep.MaximumTasks)
        {
            throw new ParameterException($"The range {item} of --over {text} has {last - first + 1} numbers; a sweep has at most {Sweep.MaximumTasks} tasks.");
        }
        return Enumerable.Range(0, (int)(last - first) + 1).Select(i => (first + i).ToString(CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"^(-?[0-9]+)\.\.(-?[0-9]+)$")]
    private static partial Regex Range();
}
