using System.Globalization;
using DeepClustering.Data;
using Microsoft.Data.Analysis;

namespace DeepClustering.Files;

/// <summary>Data frames, one row per observation.</summary>
public static class DataFrameSource
{
    /// <summary>Reads a data frame's columns of numbers and truth values.</summary>
    /// <param name="frame">It is copied.</param>
    /// <param name="name">What the set is called.</param>
    /// <param name="options">Labels, id, columns to leave out, missing values and limit apply.</param>
    /// <exception cref="InvalidDataException">There are no rows, a column that the options name is not there, or one holds text or a missing value; the message names row and column.</exception>
    public static Dataset Read(DataFrame frame, string name, DataOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        options ??= new();
        int count = (int)(options.Limit > 0 ? Math.Min(options.Limit, frame.Rows.Count) : frame.Rows.Count);
        var labels = Named(frame, name, options.Labels is DataOptions.NoLabels ? null : options.Labels, "label");
        var ids = Named(frame, name, options.Id, "id");
        DataFrameColumn?[] left = [labels, ids, .. options.Exclude.Select(column => Named(frame, name, column, "excluded"))];
        DataFrameColumn[] features = [.. frame.Columns.Where(column => !left.Contains(column))];
        if (count == 0 || features.Length == 0)
        {
            throw new InvalidDataException($"'{name}' has {(count == 0 ? "no rows" : "no column of values beside those of labels, ids and what is left out")}.");
        }
        options.RequireMemory(name, count, features.Length, sizeof(float));
        var precision = new SinglePrecision(features.Length);
        float[][] columns = [.. features.Select((column, index) => Values(column, index, name, count, options.Missing, precision))];
        int[] rows = [.. Enumerable.Range(0, count).Where(row => Array.TrueForAll(columns, column => float.IsFinite(column[row])))];
        if (rows.Length == 0)
        {
            throw new InvalidDataException($"'{name}' has no row without missing values, of {count}.");
        }
        if (rows.Length < count)
        {
            options.Log(string.Create(CultureInfo.InvariantCulture, $"'{name}': {count - rows.Length:N0} rows with missing values are left out, {rows.Length:N0} stay."));
        }
        string[] names = [.. features.Select(column => column.Name)];
        return Dataset.FromFloats(name, names, [.. rows.SelectMany(row => columns.Select(column => column[row]))],
            labels is null ? null : ClassLabels.Of(rows.Select(row => Text(labels, row, name))),
            ids is null ? null : [.. rows.Select(row => Text(ids, row, name))]).HavingLost(precision.Lost(names));
    }

    private static DataFrameColumn? Named(DataFrame frame, string name, string? column, string role) => column is null ? null
        : frame.Columns.FirstOrDefault(one => one.Name == column)
            ?? throw new InvalidDataException($"'{name}' has no {role} column '{column}'; its columns are {string.Join(", ", frame.Columns.Take(10).Select(one => $"'{one.Name}'"))}{(frame.Columns.Count > 10 ? " …" : "")}.");

    /// <summary>A column's numbers; NaN in rows that are to be left out.</summary>
    private static float[] Values(DataFrameColumn column, int index, string name, int count, MissingValues missing, SinglePrecision precision)
    {
        if (!column.IsNumericColumn() && column.DataType != typeof(bool))
        {
            throw new InvalidDataException($"'{name}' has no numbers in column '{column.Name}' ({column.DataType.Name}): leave it out, or name it as label or id.");
        }
        double[] numbers = [.. Enumerable.Range(0, count).Select(row => column[row] is { } value ? Convert.ToDouble(value, CultureInfo.InvariantCulture) : double.NaN)];
        Array.ForEach(numbers, number => precision.Add(index, number));
        float[] values = [.. numbers.Select(number => (float)number)];
        int first = Array.FindIndex(values, value => !float.IsFinite(value));
        if (first < 0)
        {
            return values;
        }
        switch (missing)
        {
            case MissingValues.Refuse:
                throw new InvalidDataException($"'{name}' has no finite number in row {first + 1}, column '{column.Name}'. Leave the column or such rows out, or fill in the column's mean.");
            case MissingValues.Mean when Array.Exists(values, float.IsFinite):
                float mean = (float)values.Where(float.IsFinite).Average(value => (double)value);
                return [.. values.Select(value => float.IsFinite(value) ? value : mean)];
            case MissingValues.Mean:
                throw new InvalidDataException($"'{name}' has no number in column '{column.Name}': leave it out, or name it as label or id.");
            default:
                return [.. values.Select(value => float.IsFinite(value) ? value : float.NaN)];
        }
    }

    private static string Text(DataFrameColumn column, int row, string name) => Convert.ToString(column[row], CultureInfo.InvariantCulture) is { Length: > 0 } text ? text
        : throw new InvalidDataException($"'{name}' has nothing in row {row + 1}, column '{column.Name}'.");
}
