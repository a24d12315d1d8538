using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;

namespace DeepClustering.Data;

/// <summary>The class of every row: an index into the names of the classes. Immutable.</summary>
/// <remarks>Names are what the data call their classes: strings, or integers of any kind, written out.</remarks>
public sealed class ClassLabels
{
    private readonly ImmutableArray<int> _indices;
    private readonly ImmutableArray<string> _names;

    /// <summary>Labels from indices and the names that they point to.</summary>
    /// <param name="indices">N indices 0..C − 1; a class may have no row.</param>
    /// <param name="names">C different names.</param>
    /// <exception cref="ArgumentException">An index is out of range, or a name comes twice.</exception>
    public ClassLabels(ImmutableArray<int> indices, ImmutableArray<string> names)
    {
        (_indices, _names) = (indices.IsDefault ? [] : indices, names.IsDefault ? [] : names);
        if (_names.Length > _names.Distinct(StringComparer.Ordinal).Count())
        {
            throw new ArgumentException($"The class '{_names.GroupBy(name => name, StringComparer.Ordinal).First(g => g.Count() > 1).Key}' is named twice.", nameof(names));
        }
        int wrong = _names.IsEmpty ? (_indices.IsEmpty ? -1 : 0) : _indices.AsSpan().IndexOfAnyExceptInRange(0, _names.Length - 1);
        if (wrong >= 0)
        {
            throw new ArgumentException($"label {wrong} is {_indices[wrong]}; expected 0..{_names.Length - 1}.", nameof(indices));
        }
    }

    /// <summary>The class of every row, N indices 0..C − 1.</summary>
    public IReadOnlyList<int> Indices => _indices;

    /// <summary>The names of the C classes.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Labels from one name per row; the classes are the names that occur, in the order of their numbers if all are numbers, else of their characters.</summary>
    /// <param name="rows">N names.</param>
    public static ClassLabels Of(IEnumerable<string> rows)
    {
        ImmutableArray<string> all = [.. rows];
        ImmutableArray<string> names = [.. Sorted(all.Distinct(StringComparer.Ordinal))];
        var index = names.Select((name, i) => (name, i)).ToDictionary(pair => pair.name, pair => pair.i, StringComparer.Ordinal);
        return new([.. all.Select(name => index[name])], names);
    }

    /// <summary>Labels from one integer per row; the classes are the integers that occur, in their order.</summary>
    /// <param name="rows">N integers.</param>
    public static ClassLabels Of<T>(IEnumerable<T> rows) where T : IBinaryInteger<T> => Of(rows.Select(label => label.ToString(null, CultureInfo.InvariantCulture)));

    /// <summary>The labels of some rows; all classes stay, also those without a row.</summary>
    internal ClassLabels Select(IEnumerable<int> rows) => new([.. rows.Select(row => _indices[row])], _names);

    /// <summary>One after the other; the classes are those of both.</summary>
    internal static ClassLabels Concat(ClassLabels first, ClassLabels second)
    {
        if (first._names.SequenceEqual(second._names))
        {
            return new([.. first._indices, .. second._indices], first._names);
        }
        ImmutableArray<string> names = [.. Sorted(first._names.Union(second._names, StringComparer.Ordinal))];
        return new([.. first._indices.Select(i => names.IndexOf(first._names[i])), .. second._indices.Select(i => names.IndexOf(second._names[i]))], names);
    }

    /// <summary>The labels as bytes, if every class is named by a number 0..255; else null.</summary>
    internal byte[]? AsBytes()
    {
        byte?[] bytes = [.. _names.Select(name => byte.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out byte number)
            && number.ToString(CultureInfo.InvariantCulture) == name ? (byte?)number : null)];
        return Array.TrueForAll(bytes, number => number is not null) ? [.. _indices.Select(i => bytes[i]!.Value)] : null;
    }

    private static IEnumerable<string> Sorted(IEnumerable<string> names)
    {
        string[] all = [.. names];
        decimal?[] numbers = [.. all.Select(name => decimal.TryParse(name, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number) ? number : (decimal?)null)];
        return Array.TrueForAll(numbers, number => number is not null)
            ? all.Zip(numbers).OrderBy(pair => pair.Second).ThenBy(pair => pair.First, StringComparer.Ordinal).Select(pair => pair.First)
            : all.Order(StringComparer.Ordinal);
    }
}
