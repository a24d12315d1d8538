namespace DeepClustering.Files;

/// <summary>How data are read; options that do not apply to a kind of data are ignored.</summary>
public sealed record DataOptions
{
    /// <summary>A value of <see cref="Labels"/> for a folder of images whose subfolders are the classes.</summary>
    public const string Subfolders = "subfolders";

    /// <summary>A value of <see cref="Labels"/> that ignores a file of labels next to the images.</summary>
    public const string NoLabels = "none";

    /// <summary>
    /// Where the classes are: a table's column, <see cref="Subfolders"/>, or for arrays a file of labels.
    /// Null: there are none, except that a file of labels belonging to IDX images is read; <see cref="NoLabels"/>: not even that.
    /// </summary>
    public string? Labels { get; init; }

    /// <summary>A table's column with the rows' names; null: there is none.</summary>
    public string? Id { get; init; }

    /// <summary>A table's columns to leave out.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>What to do about a table's cells that hold no finite number.</summary>
    public MissingValues Missing { get; init; }

    /// <summary>The character between a table's cells, a space for any run of blanks; null detects a tab, semicolon, bar, comma or blanks.</summary>
    public char? Delimiter { get; init; }

    /// <summary>Whether a table's first line names the columns; null: if one of its cells is not a number. Without names, columns are called 1, 2, 3 ….</summary>
    public bool? Header { get; init; }

    /// <summary>Whether 1,5 means one and a half; null: if the delimiter is not a comma and cells near the table's beginning look like this.</summary>
    public bool? DecimalComma { get; init; }

    /// <summary>The height and width that images are resized to, in pixels; 0 keeps their size if all have the same one of up to 64, else uses 32. Range: 0 to 4096.</summary>
    public int ImageSize
    {
        get;
        init => field = value is >= 0 and <= 4096 ? value : throw new ArgumentOutOfRangeException(nameof(ImageSize), value, "Expected 0 to 4096 pixels.");
    }

    /// <summary>Whether images are read in colour; null: unless all are grey.</summary>
    public bool? Colour { get; init; }

    /// <summary>The maximum number of rows to keep, from the first; 0 keeps all. Range: at least 0.</summary>
    public int Limit
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(Limit), value, "Expected 0 or more rows.");
    }

    /// <summary>The maximum size of a data set, in bytes; by default the memory available to the process.</summary>
    public long MemoryLimit { get; init; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>Receives notices, such as files that could not be read, line by line; by default the console.</summary>
    public Action<string> Log { get; init; } = line => Console.WriteLine(line);

    /// <summary>Refuses a data set that would not fit into memory; the message shows the calculation.</summary>
    internal void RequireMemory(string path, double rows, double columns, int bytesPerValue)
    {
        // The values as read, and once more as a tensor.
        double bytes = 2 * rows * columns * bytesPerValue;
        if (bytes > MemoryLimit)
        {
            throw new InvalidDataException(string.Create(System.Globalization.CultureInfo.InvariantCulture,
                $"'{path}' does not fit into memory: {rows:N0} rows × {columns:N0} values × {bytesPerValue} bytes × 2 = {bytes / (1 << 20):N0} MiB, there are {MemoryLimit / (1 << 20):N0} MiB. Limit the rows, or make the images smaller."));
        }
        if (rows * columns > Array.MaxLength)
        {
            throw new InvalidDataException(string.Create(System.Globalization.CultureInfo.InvariantCulture,
                $"'{path}' has {rows:N0} rows × {columns:N0} values; at most {Array.MaxLength:N0} values are read. Limit the rows, or make the images smaller."));
        }
    }
}
