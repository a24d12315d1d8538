using System.Globalization;
using System.Text;
using nietras.SeparatedValues;

namespace DeepClustering.Files;

/// <summary>How a table is written, found out from its beginning where the options do not say. A space as delimiter stands for any run of blanks.</summary>
internal sealed record TableFormat(char Delimiter, bool Header, bool DecimalComma)
{
    private const int SampleCharacters = 1 << 16, SampleLines = 20;

    private const char Blanks = ' ';

    private static readonly char[] _delimiters = ['\t', ';', '|', ','];

    public static TableFormat Of(string path, DataOptions options, Encoding encoding)
    {
        using var reader = new StreamReader(Content.Open(path), encoding);
        char[] beginning = new char[SampleCharacters];
        int length = reader.ReadBlock(beginning);
        string[] lines = Lines(new string(beginning, 0, length), whole: length < beginning.Length);
        char delimiter = options.Delimiter ?? DelimiterOf(lines);
        string[][] rows = Rows(lines, delimiter);
        bool comma = options.DecimalComma ?? (delimiter != ',' && rows.Skip(1).Any(row => row.Any(IsNumberWithComma)));
        return new(delimiter, options.Header ?? (rows.Length > 0 && HasHeader(rows, comma)), comma);
    }

    /// <summary>Reads a table's rows, without a line of names; the caller disposes the reader, which disposes the text.</summary>
    public static SepReader Reader(TextReader text, char delimiter) => Sep.New(delimiter)
        .Reader(settings => settings with { HasHeader = false, DisableColCountCheck = true, Unescape = true })
        .From(delimiter == Blanks ? new BlankRuns(text) : text);

    /// <summary>A cell as a number, not finite where it is none, or none that float32 holds.</summary>
    public double Parse(ReadOnlySpan<char> cell)
    {
        cell = cell.Trim();
        if (!DecimalComma)
        {
            return Number(cell);
        }
        if (cell.Contains('.'))
        {
            return double.NaN;
        }
        var changed = cell.Length <= 64 ? stackalloc char[cell.Length] : new char[cell.Length];
        cell.Replace(changed, ',', '.');
        return Number(changed);
    }

    private static double Number(ReadOnlySpan<char> text) =>
        !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? double.NaN
        : float.IsFinite((float)number) ? number : double.CopySign(double.PositiveInfinity, number);

    private static bool IsNumberWithComma(string cell) => cell.Contains(',') && !cell.Contains('.') && double.IsFinite(Number(cell.Trim().Replace(',', '.')));

    /// <summary>A name in the first row stands over columns of numbers, or nothing but names stands there.</summary>
    private static bool HasHeader(string[][] rows, bool comma)
    {
        var format = new TableFormat('\0', false, comma);
        return rows[0].Any(cell => !double.IsFinite(format.Parse(cell)) && !IsMissing(cell))
            && (rows.Length == 1 || rows[0].Where((cell, i) => !double.IsFinite(format.Parse(cell)) && !IsMissing(cell)
                && rows.Skip(1).Any(row => i < row.Length && double.IsFinite(format.Parse(row[i])))).Any() || rows[0].All(cell => !double.IsFinite(format.Parse(cell))));
    }

    /// <summary>Whether a cell says itself that it holds nothing.</summary>
    public static bool IsMissing(ReadOnlySpan<char> cell) => cell.Trim() is var text
        && (text.IsEmpty || text is "?" or "-" or "NA" or "N/A" or "n/a" or "na" || text.Equals("nan", StringComparison.OrdinalIgnoreCase)
            || text.Equals("null", StringComparison.OrdinalIgnoreCase) || text is "None");

    /// <summary>
    /// The delimiter that occurs equally often in every line; where there is none, blanks that make equally many cells of every line, else the commonest
    /// of the first line.
    /// </summary>
    private static char DelimiterOf(string[] lines)
    {
        if (lines.Length == 0)
        {
            return ',';
        }
        char[] first = [.. _delimiters.Where(delimiter => Count(lines[0], delimiter) > 0)];
        int cells = BlankSeparated(lines[0]);
        return first.Where(delimiter => lines.All(line => Count(line, delimiter) == Count(lines[0], delimiter)))
            .Concat(first.All(delimiter => delimiter == '\t') && cells > 1 && lines.All(line => BlankSeparated(line) == cells) ? [Blanks] : [])
            .Concat(first.OrderByDescending(delimiter => Count(lines[0], delimiter))).FirstOrDefault(',');
    }

    private static int Count(string line, char delimiter)
    {
        bool quoted = false;
        return line.Count(c => (c == '"' && (quoted = !quoted) is var _ && false) || (c == delimiter && !quoted));
    }

    private static int BlankSeparated(string line) => Count(new BlankRuns(new StringReader(line)).ReadToEnd(), Blanks) + 1;

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
        using var reader = Reader(new StringReader(string.Join('\n', lines)), delimiter);
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
}
