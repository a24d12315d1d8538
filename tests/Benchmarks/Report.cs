using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Benchmarks;

/// <summary>The figures of a run: a table for people, the same as JSON for programs.</summary>
internal sealed class Report
{
    private static readonly JsonSerializerOptions _json = new() { WriteIndented = true };

    private readonly List<Section> _sections = [];

    /// <summary>Adds the timings of one setting.</summary>
    /// <param name="title">The setting.</param>
    /// <param name="timings">The first is what the others are given as multiples of, where <paramref name="stepsPerEpoch"/> is given.</param>
    /// <param name="stepsPerEpoch">Steps that 70,000 digits take; null where nothing is trained.</param>
    public void Add(string title, IReadOnlyList<Timing> timings, double? stepsPerEpoch = null) =>
        _sections.Add(new(title, [.. timings.Select(timing => new Row(
            timing.Name, timing.Median, timing.Quantile(0.1), timing.Quantile(0.9),
            stepsPerEpoch is null ? null : timing.Median / timings[0].Median,
            timing.Median * stepsPerEpoch / 1000))]));

    public void Print()
    {
        foreach (var section in _sections)
        {
            bool training = section.Rows[0].OfFloor is not null;
            string[] columns = training ? ["ms", "10 % to 90 %", "of floor", "s per 70,000"] : ["ms", "10 % to 90 %"];
            var table = new Table().Title(section.Title).AddColumn("");
            foreach (string column in columns)
            {
                table.AddColumn(column, settings => settings.RightAligned());
            }
            foreach (var row in section.Rows)
            {
                string[] cells = [row.Name, Number(row.Milliseconds), $"{Number(row.Low)} to {Number(row.High)}", Number(row.OfFloor), Number(row.SecondsPerEpoch)];
                table.AddRow(cells[..(columns.Length + 1)]);
            }
            AnsiConsole.Write(table);
        }
        AnsiConsole.WriteLine($"{Machine.Here()}");
        AnsiConsole.WriteLine($"Peak resident memory of this process: {Machine.PeakResident():F0} MB");
    }

    public void Save(string path, object? values = null) => File.WriteAllText(path, JsonSerializer.Serialize(
        new { Machine = Machine.Here(), PeakResidentMegabytes = Machine.PeakResident(), Values = values, Sections = _sections }, _json));

    private static string Number(double? value) => value?.ToString(value < 100 ? "F2" : "F0", CultureInfo.InvariantCulture) ?? "";

    private sealed record Section(string Title, IReadOnlyList<Row> Rows);

    private sealed record Row(string Name, double Milliseconds, double Low, double High, double? OfFloor, double? SecondsPerEpoch);
}
