using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using DeepClustering.Data;
using nietras.SeparatedValues;

namespace DeepClustering.Files;

/// <summary>Tables of numbers as text: CSV, TSV and the like, gzipped or not, one row per observation.</summary>
public static class TableSource
{
    /// <summary>Reads a table.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">What the columns mean, and the table's format if that cannot be detected from its beginning.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// The table has no rows, a row of another length, a cell that holds no number, or lacks a column that the options name; the message names
    /// file, row and column. Or the table does not fit into memory.
    /// </exception>
    public static Dataset Read(string path, DataOptions? options = null)
    {
        options ??= new();
        try
        {
            return Read(path, options, new UTF8Encoding(false, throwOnInvalidBytes: true));
        }
        catch (DecoderFallbackException)
        {
            // What spreadsheets of western countries write. Every byte is a character of it, so no two names become one.
            options.Log($"'{path}' is not in UTF-8; it is read as Windows-1252.");
            return Read(path, options, CodePagesEncodingProvider.Instance.GetEncoding(1252)!);
        }
    }

    private static Dataset Read(string path, DataOptions options, Encoding encoding)
    {
        try
        {
            var format = TableFormat.Of(path, options, encoding);
            using var reader = TableFormat.Reader(new StreamReader(Content.Open(path), encoding), format.Delimiter);
            return new Reading(path, options, format).All(reader);
        }
        catch (InvalidDataException)
        {
            GzipContent.RequireWhole(path);
            throw;
        }
        catch (Exception e) when (e is ArgumentException and not DecoderFallbackException or NotSupportedException)
        {
            GzipContent.RequireWhole(path);
            throw new InvalidDataException($"'{path}': {e.Message}", e);
        }
    }

    /// <summary>A table while it is read.</summary>
    private sealed class Reading(string path, DataOptions options, TableFormat format)
    {
        private const int SampleRows = 1000;

        private readonly List<string> _ids = [], _labels = [];
        private readonly List<float> _values = [];
        private string[] _columns = [];
        private int[] _features = [];
        private double[] _row = [];
        private SinglePrecision _precision = new(0);
        private int _label = -1, _id = -1, _rows, _leftOut;

        public Dataset All(SepReader reader)
        {
            foreach (var row in reader)
            {
                if (row.ColCount == 1 && row[0].Span.Trim().IsEmpty)
                {
                    continue;   // an empty line
                }
                if (_columns.Length == 0)
                {
                    Begin(row);
                    if (format.Header)
                    {
                        continue;
                    }
                }
                if (options.Limit > 0 && _rows == options.Limit)
                {
                    break;
                }
                Add(row);
                if (_rows == SampleRows)
                {
                    RequireMemory(row.LineNumberFrom);
                }
            }
            return Finish();
        }

        /// <summary>The first row says how many columns there are, and perhaps what they are called.</summary>
        private void Begin(SepReader.Row row)
        {
            _columns = new string[row.ColCount];
            for (int i = 0; i < _columns.Length; i++)
            {
                string name = format.Header ? row[i].ToString().Trim() : "";
                _columns[i] = name.Length > 0 ? name : (i + 1).ToString(CultureInfo.InvariantCulture);
            }
            if (_columns.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
            {
                throw Fault($"has {twice.Count()} columns called '{twice.Key}'; expected different names");
            }
            (_label, _id) = (IndexOf(options.Labels is DataOptions.NoLabels ? null : options.Labels, "label"), IndexOf(options.Id, "id"));
            int[] excluded = [.. options.Exclude.Select(name => IndexOf(name, "excluded"))];
            _features = [.. Enumerable.Range(0, _columns.Length).Except([_label, _id, .. excluded])];
            (_row, _precision) = (new double[_features.Length], new(_features.Length));
            if (_features.Length == 0)
            {
                throw Fault("has no column of values beside those of labels, ids and what is left out");
            }
        }

        private int IndexOf(string? column, string role)
        {
            if (column is null)
            {
                return -1;
            }
            int index = Array.IndexOf(_columns, column);
            return index >= 0 ? index : throw Fault($"has no {role} column '{column}'; its columns are {Some(_columns)}");
        }

        private void Add(SepReader.Row row)
        {
            if (row.ColCount != _columns.Length)
            {
                throw Fault($"has {row.ColCount} cells in line {row.LineNumberFrom}; expected {_columns.Length}, as in the first line");
            }
            for (int i = 0; i < _row.Length; i++)
            {
                int column = _features[i];
                var cell = row[column].Span;
                _row[i] = format.Parse(cell);
                if (!double.IsFinite(_row[i]) && options.Missing != MissingValues.Mean)
                {
                    if (options.Missing == MissingValues.Refuse)
                    {
                        throw Fault($"{Trouble(cell, _row[i], column, row.LineNumberFrom)}. Leave the column or such rows out, or fill in the column's mean");
                    }
                    _leftOut++;
                    return;
                }
            }
            for (int i = 0; i < _row.Length; i++)
            {
                _values.Add(double.IsFinite(_row[i]) ? (float)_row[i] : float.NaN);
                _precision.Add(i, _row[i]);
            }
            if (_label >= 0)
            {
                string label = row[_label].ToString().Trim();
                _labels.Add(label.Length > 0 ? label : throw Fault($"has no label in line {row.LineNumberFrom}, column '{_columns[_label]}'"));
            }
            if (_id >= 0)
            {
                _ids.Add(row[_id].ToString());
            }
            _rows++;
        }

        private string Trouble(ReadOnlySpan<char> cell, double value, int column, int line)
        {
            string what = TableFormat.IsMissing(cell) ? "a missing value" : "no finite number";
            string found = cell.Length > 40 ? $"{cell[..40]}…" : cell.ToString();
            string why = double.IsInfinity(value) && cell.ContainsAnyInRange('0', '9') ? " (float32 holds numbers up to 3.4e38)" : "";
            return $"has {what} in row {_rows + _leftOut + 1} (line {line}), column '{_columns[column]}': '{found}'{why}";
        }

        private Dataset Finish()
        {
            if (_rows == 0)
            {
                throw Fault(_columns.Length == 0 ? "is empty; expected a table" : _leftOut > 0 ? $"has no row without missing values, of {_leftOut}" : "has no rows, only a line of names");
            }
            if (_leftOut > 0)
            {
                options.Log(string.Create(CultureInfo.InvariantCulture, $"'{path}': {_leftOut:N0} rows with missing values are left out, {_rows:N0} stay."));
            }
            float[] values = [.. _values];
            if (options.Missing == MissingValues.Mean)
            {
                FillIn(values);
            }
            string[] names = [.. _features.Select(i => _columns[i])];
            return Dataset.FromFloats(NameOf(path), names, ImmutableCollectionsMarshal.AsImmutableArray(values),
                _label < 0 ? null : ClassLabels.Of(_labels), _id < 0 ? null : _ids).HavingLost(_precision.Lost(names));
        }

        private void FillIn(float[] values)
        {
            int filled = 0;
            for (int column = 0; column < _features.Length; column++)
            {
                int[] cells = [.. Enumerable.Range(0, _rows).Select(row => row * _features.Length + column)];
                int[] missing = [.. cells.Where(cell => float.IsNaN(values[cell]))];
                if (missing.Length == cells.Length)
                {
                    throw Fault($"has no number in column '{_columns[_features[column]]}': leave it out, or name it as label or id");
                }
                float mean = missing.Length == 0 ? 0 : (float)cells.Where(cell => !float.IsNaN(values[cell])).Average(cell => (double)values[cell]);
                Array.ForEach(missing, cell => values[cell] = mean);
                filled += missing.Length;
            }
            if (filled > 0)
            {
                options.Log(string.Create(CultureInfo.InvariantCulture, $"'{path}': {filled:N0} missing values are filled in with their column's mean."));
            }
        }

        /// <summary>From the length of the file and of the rows so far; nothing is known of a gzip file's but its own length.</summary>
        private void RequireMemory(int line)
        {
            long length = new FileInfo(path).Length;
            double bytesARow = Math.Max(1, 2.0 * _columns.Length);
            double rows = options.Limit > 0 ? options.Limit : Math.Max(line, Math.Min(length / bytesARow, length / AverageLength()));
            options.RequireMemory(path, rows, _features.Length, sizeof(float));
        }

        private double AverageLength()
        {
            using var content = new StreamReader(Content.Open(path));
            long characters = 0;
            int lines = 0;
            while (lines < SampleRows && content.ReadLine() is { } text)
            {
                characters += text.Length + 1;
                lines++;
            }
            return Math.Max(1, (double)characters / Math.Max(1, lines));
        }

        private static string Some(string[] names) => names.Length <= 20 ? string.Join(", ", names) : $"{string.Join(", ", names.Take(20))} … ({names.Length})";

        private InvalidDataException Fault(string message) => new($"'{path}' {message}.");
    }

    /// <summary>The name of a data set read from a file.</summary>
    internal static string NameOf(string path)
    {
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        name = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name;
        return Path.GetFileNameWithoutExtension(name) is { Length: > 0 } stem ? stem : name.Length > 0 ? name : "data";
    }
}
