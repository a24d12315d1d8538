using System.Text.RegularExpressions;
using Workbook.Parameters;

namespace Workbook.Sweeping;

/// <summary>One run of a sweep's notebook.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Name">Names its files; no other task of the sweep has it.</param>
/// <param name="Parameters">All that is set.</param>
internal sealed partial record SweepTask(int Number, string Name, IReadOnlyList<Parameter> Parameters)
{
    /// <summary>Number, name and the options that <c>run</c> would take, with tabs between them.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"{Number}\t{Name}\t{string.Join(' ', Parameters.Select(parameter => $"-p {Quoted(parameter.ToString())}"))}");

    private static string Quoted(string text) =>
        Plain().IsMatch(text) ? text : $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    /// <summary>What a shell takes as it is.</summary>
    [GeneratedRegex(@"^[\w@%+=:,./-]+$")]
    private static partial Regex Plain();
}
