namespace DeepClustering.Files;

/// <summary>How data are read; what does not concern a kind of data is not looked at.</summary>
public sealed record DataOptions
{
    /// <summary><see cref="Labels"/> of a folder of images whose subfolders are the classes.</summary>
    public const string Subfolders = "subfolders";

    /// <summary><see cref="Labels"/> that leaves labels aside where a file of them lies beside the images.</summary>
    public const string NoLabels = "none";

    /// <summary>
    /// Where the classes stand: a table's column, <see cref="Subfolders"/>, or beside arrays a file of labels.
    /// Null: nowhere, but a file of labels that belongs to IDX images is read; <see cref="NoLabels"/>: not even that.
    /// </summary>
    public string? Labels { get; init; }

    /// <summary>A table's column of names of the rows; null: there is none.</summary>
    public string? Id { get; init; }

    /// <summary>A table's columns to leave out.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>What becomes of a table's cells that hold no finite number.</summary>
    public MissingValues Missing { get; init; }

    /// <summary>What stands between a table's cells; null finds out whether it is a tab, semicolon, bar or comma.</summary>
    public char? Delimiter { get; init; }

    /// <summary>Whether a table's first line names the columns; null: if one of its cells is no number. Without names, columns are called 1, 2, 3 ….</summary>
    public bool? Header { get; init; }

    /// <summary>Whether 1,5 is one and a half; null: if the delimiter is no comma and cells of the table's beginning are such.</summary>
    public bool? DecimalComma { get; init; }

    /// <summary>Height and width that images are brought to, in pixels; 0: theirs if all are of one size up to 64, else 32. Range: 0 to 4096.</summary>
    public int ImageSize
    {
        get;
        init => field = value is >= 0 and <= 4096 ? value : throw new ArgumentOutOfRangeException(nameof(ImageSize), value, "Expected 0 to 4096 pixels.");
    }

    /// <summary>Whether images are read in colour; null: unless all are grey.</summary>
    public bool? Colour { get; init; }

    /// <summary>Keep the first so many rows, at most; 0 keeps all. Range: at least 0.</summary>
    public int Limit
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(Limit), value, "Expected 0 or more rows.");
    }

    /// <summary>Bytes that a set may take; what the process may use unless set.</summary>
    public long MemoryLimit { get; init; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>Takes notices, such as files that could not be read, line by line; the console unless set.</summary>
    public Action<string> Log { get; init; } = line => Console.WriteLine(line);

    /// <summary>Refuses a set that would not fit into memory, with the sum.</summary>
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
