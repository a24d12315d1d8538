using System.Globalization;
using nietras.SeparatedValues;

namespace DeepClustering.Files;

/// <summary>How a table is written, found out from its beginning where the options do not say.</summary>
internal sealed record TableFormat(char Delimiter, bool Header, bool DecimalComma)
{
    private const int SampleCharacters = 1 << 16, SampleLines = 20;

    private static readonly char[] _delimiters = ['\t', ';', '|', ','];

    public static TableFormat Of(string path, DataOptions options)
    {
        using var reader = new StreamReader(Content.Open(path));
        char[] beginning = new char[SampleCharacters];
        int length = reader.ReadBlock(beginning);
        string[] lines = Lines(new string(beginning, 0, length), whole: length < beginning.Length);
        char delimiter = options.Delimiter ?? DelimiterOf(lines);
        string[][] rows = Rows(lines, delimiter);
        bool comma = options.DecimalComma ?? (delimiter != ',' && rows.Skip(1).Any(row => row.Any(IsNumberWithComma)));
        return new(delimiter, options.Header ?? (rows.Length > 0 && HasHeader(rows, comma)), comma);
    }

    /// <summary>A cell as a number, not finite where it is none.</summary>
    public float Parse(ReadOnlySpan<char> cell)
    {
        cell = cell.Trim();
        if (!DecimalComma)
        {
            return Number(cell);
        }
        if (cell.Contains('.'))
        {
            return float.NaN;
        }
        var changed = cell.Length <= 64 ? stackalloc char[cell.Length] : new char[cell.Length];
        cell.Replace(changed, ',', '.');
        return Number(changed);
    }

    private static float Number(ReadOnlySpan<char> text) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float number) ? number : float.NaN;

    private static bool IsNumberWithComma(string cell) => cell.Contains(',') && !cell.Contains('.') && float.IsFinite(Number(cell.Trim().Replace(',', '.')));

    /// <summary>A name in the first row stands over columns of numbers, or nothing but names stands there.</summary>
    private static bool HasHeader(string[][] rows, bool comma)
    {
        var format = new TableFormat('\0', false, comma);
        return rows[0].Any(cell => !float.IsFinite(format.Parse(cell)) && !IsMissing(cell))
            && (rows.Length == 1 || rows[0].Where((cell, i) => !float.IsFinite(format.Parse(cell)) && !IsMissing(cell)
                && rows.Skip(1).Any(row => i < row.Length && float.IsFinite(format.Parse(row[i])))).Any() || rows[0].All(cell => !float.IsFinite(format.Parse(cell))));
    }

    /// <summary>Whether a cell says itself that it holds nothing.</summary>
    public static bool IsMissing(ReadOnlySpan<char> cell) => cell.Trim() is var text
        && (text.IsEmpty || text is "?" or "-" or "NA" or "N/A" or "n/a" or "na" || text.Equals("nan", StringComparison.OrdinalIgnoreCase)
            || text.Equals("null", StringComparison.OrdinalIgnoreCase) || text is "None");

    /// <summary>The delimiter that occurs equally often in every line, else the commonest of the first line.</summary>
    private static char DelimiterOf(string[] lines)
    {
        int Count(string line, char delimiter)
        {
            bool quoted = false;
            return line.Count(c => (c == '"' && (quoted = !quoted) is var _ && false) || (c == delimiter && !quoted));
        }
        return lines.Length == 0 ? ','
            : _delimiters.Where(d => Count(lines[0], d) > 0 && lines.All(line => Count(line, d) == Count(lines[0], d))).Concat(
                _delimiters.Where(d => Count(lines[0], d) > 0).OrderByDescending(d => Count(lines[0], d))).FirstOrDefault(',');
    }

    /// <summary>The first lines, those that a quoted cell goes over joined.</summary>
    private static string[] Lines(string text, bool whole)
    {
        List<string> lines = [];
        int start = 0;
        bool quoted = false;
        for (int i = 0; i < text.Length && lines.Count < SampleLines; i++)
        {
            quoted ^= text[i] == '"';
            if (text[i] is '\n' or '\r' && !quoted)
            {
                lines.Add(text[start..i]);
                start = i + 1;
            }
        }
        if (lines.Count < SampleLines && (whole || lines.Count == 0))
        {
            lines.Add(text[start..]);
        }
        return [.. lines.Where(line => line.Length > 0)];
    }

    private static string[][] Rows(string[] lines, char delimiter)
    {
        using var reader = Sep.New(delimiter).Reader(Settings).FromText(string.Join('\n', lines));
        List<string[]> rows = [];
        foreach (var row in reader)
        {
            string[] cells = new string[row.ColCount];
            for (int i = 0; i < cells.Length; i++)
            {
                cells[i] = row[i].ToString();
            }
            rows.Add(cells);
        }
        return [.. rows];
    }

    public static SepReaderOptions Settings(SepReaderOptions options) => options with { HasHeader = false, DisableColCountCheck = true, Unescape = true };
}
