using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using DeepClustering.Runs;

namespace DeepClustering.Charts;

/// <summary>Records as tables of two columns: what, and its value.</summary>
internal static class RecordTable
{
    /// <summary>Every public property of a record; those without a value stay empty.</summary>
    public static ResultsTable Of(object record) => Table(record.GetType().Name, Members(record));

    /// <summary>What was trained, on what, how, and what came of it; what a run does not have is left out.</summary>
    public static ResultsTable Of(Run run)
    {
        IEnumerable<(string, object?)> rows =
        [
            ("model", run.Model),
            ("recipe", run.Recipe),
            ("architecture", run.Architecture),
            ("likelihood", $"{run.Likelihood.GetType().Name} {Text(run.Likelihood)}".TrimEnd()),
            ("components", run.Components),
            ("seed", run.Seed),
            ("data", $"{run.Provenance.Data}, {run.Provenance.Samples} samples"),
            .. run.Stages.Select(stage => (stage.Name, (object?)FormattableString.Invariant(
                $"{stage.History.Count} of {stage.Options.Epochs} epochs, {stage.History.Sum(epoch => epoch.Seconds):F0} s"))),
            ("start accuracy", run.StartAccuracy),
            ("accuracy", run.Scores?.Accuracy),
            ("V-measure", run.Scores?.VMeasure),
            ("ARI", run.Scores?.AdjustedRandIndex),
            ("test accuracy", run.TestScores?.Accuracy),
            ("made by", $"TorchSharp {run.Provenance.TorchSharp}, {run.Provenance.Runtime}, {run.Provenance.System}, {run.Provenance.Threads} threads"),
            ("folder", run.Folder),
        ];
        return Table(nameof(Run), rows.Where(row => row.Item2 is not null).Select(row => (row.Item1, Text(row.Item2))));
    }

    private static ResultsTable Table(string name, IEnumerable<(string Name, string Text)> rows) =>
        new("", [name, ""], [.. rows.Select(row => new object?[] { row.Name, row.Text })]);

    private static IEnumerable<(string Name, string Text)> Members(object record) =>
        from property in record.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
        select (property.Name, Text(property.GetValue(record)));

    private static string Text(object? value) => value switch
    {
        null => "",
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ when IsPlainRecord(value.GetType()) => string.Join(", ", Members(value).Where(member => member.Text.Length > 0)
            .Select(member => $"{member.Name} = {member.Text}")) is { Length: > 0 } members ? $"{{ {members} }}" : "",
        _ => value.ToString() ?? "",
    };

    /// <summary>Whether the type is a record that has no text of its own.</summary>
    private static bool IsPlainRecord(Type type) =>
        type.GetMethod(nameof(ToString), [])!.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false);
}
