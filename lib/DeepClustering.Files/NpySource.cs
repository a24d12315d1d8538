using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using DeepClustering.Data;

namespace DeepClustering.Files;

/// <summary>NumPy's .npy files: arrays of numbers (N, D), (N, H, W), (N, H, W, C) or (N, C, H, W).</summary>
/// <remarks>Format 1.0 to 3.0 (numpy.lib.format). Arrays of objects are Python's pickle, which could run any code: they are refused.</remarks>
public static partial class NpySource
{
    private const int MagicLength = 6, MaxHeader = 1 << 20;

    internal static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads an array as a data set; with <see cref="DataOptions.Labels"/> also a file of N integers next to it.</summary>
    /// <param name="path">The file, gzipped or not.</param>
    /// <param name="options">Labels, limit and memory limit apply.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, holds no numbers, or has a shape that is none of the above; the message names it.</exception>
    public static Dataset Read(string path, DataOptions? options = null)
    {
        options ??= new();
        var array = ReadArray(path, options);
        var labels = options.Labels is null or DataOptions.NoLabels ? null : Labels(options, path, array.Count);
        string name = TableSource.NameOf(path);
        try
        {
            return array.ToDataset(name, labels);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"'{path}': {e.Message}", e);
        }
    }

    private static ClassLabels Labels(DataOptions options, string beside, int count)
    {
        string path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(beside))!, options.Labels!);
        var labels = ReadArray(path, options);
        if (labels.Shape.Length != 1 || labels.Count != count)
        {
            throw new InvalidDataException($"'{path}' has the shape ({string.Join(", ", labels.Shape)}); expected {count} labels, one per row of '{beside}'.");
        }
        return ClassLabels.Of(labels.Integers() ?? throw new InvalidDataException($"'{path}' holds numbers that are no integers; expected labels."));
    }

    private static NpyArray ReadArray(string path, DataOptions options)
    {
        using var content = Content.Open(path);
        try
        {
            var header = ReadHeader(content, path);
            int rows = header.Shape.Length == 0 ? 1 : header.Shape[0];
            long values = header.Shape.Aggregate(1L, (product, side) => checked(product * side));
            if (values == 0 || header.Shape.Length is < 1 or > 4)
            {
                throw new InvalidDataException($"'{path}' has the shape ({string.Join(", ", header.Shape)}); expected (N, D), (N, H, W), (N, H, W, C) or (N, C, H, W), none of them 0.");
            }
            options.RequireMemory(path, rows, (double)values / rows, header.Size == 1 ? 1 : Math.Max(header.Size, sizeof(float)));
            byte[] bytes = new byte[checked(values * header.Size)];
            int read = content.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (read < bytes.Length)
            {
                throw new InvalidDataException($"'{path}' is cut short: {read} of {bytes.Length} bytes after the header.");
            }
            if (content.ReadByte() >= 0)
            {
                throw new InvalidDataException($"'{path}' goes on after the {bytes.Length} bytes that its header claims.");
            }
            var array = new NpyArray(header.Type, header.Size, header.BigEndian, header.Shape, header.Fortran ? InRows(bytes, header) : bytes);
            return options.Limit > 0 && options.Limit < rows ? array.Take(options.Limit) : array;
        }
        catch (InvalidDataException)
        {
            GzipContent.RequireWhole(path);
            throw;
        }
        catch (OverflowException e)
        {
            throw new InvalidDataException($"'{path}' claims more values than can be read.", e);
        }
    }

    private static Header ReadHeader(Stream content, string path)
    {
        byte[] start = new byte[MagicLength + 2];
        if (content.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length || !start.AsSpan(0, MagicLength).SequenceEqual(Magic))
        {
            throw new InvalidDataException($"'{path}' is no .npy file: it does not begin with \\x93NUMPY.");
        }
        int version = start[MagicLength];
        byte[] lengthBytes = new byte[version == 1 ? 2 : 4];
        if (version is < 1 or > 3 || content.ReadAtLeast(lengthBytes, lengthBytes.Length, throwOnEndOfStream: false) < lengthBytes.Length)
        {
            throw new InvalidDataException($"'{path}' has the .npy version {version}, or ends within its header; expected 1 to 3.");
        }
        uint length = version == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(lengthBytes) : BinaryPrimitives.ReadUInt32LittleEndian(lengthBytes);
        if (length > MaxHeader)
        {
            throw new InvalidDataException($"'{path}' claims a header of {length} bytes; at most {MaxHeader} are read.");
        }
        byte[] text = new byte[length];
        return content.ReadAtLeast(text, text.Length, throwOnEndOfStream: false) == text.Length
            ? ParseHeader(Encoding.UTF8.GetString(text), path)
            : throw new InvalidDataException($"'{path}' ends within its header.");
    }

    private static Header ParseHeader(string text, string path)
    {
        var (order, shape) = (FortranOrder().Match(text), ShapeTuple().Match(text));
        var type = SimpleType().Match(text);
        if (text.Contains("'descr': [", StringComparison.Ordinal))
        {
            throw new InvalidDataException($"'{path}' holds Python objects or records, which are not read; expected an array of numbers.");
        }
        if (!type.Success || !order.Success || !shape.Success)
        {
            throw new InvalidDataException($"'{path}' has a header that is no .npy array's of numbers: {text.Trim()[..Math.Min(80, text.Trim().Length)]}");
        }
        char kind = type.Groups["kind"].Value[0];
        int size = type.Groups["size"].Length == 0 ? 0 : int.Parse(type.Groups["size"].ValueSpan, CultureInfo.InvariantCulture);
        if (kind == 'O')
        {
            throw new InvalidDataException($"'{path}' holds Python objects, which are not read (to unpickle them could run any code); expected an array of numbers.");
        }
        if ((kind, size) is not (('b' or 'u' or 'i', 1) or ('u' or 'i', 2 or 4 or 8) or ('f', 2 or 4 or 8)))
        {
            throw new InvalidDataException($"'{path}' holds values of type '{type.Groups["type"].Value}'; expected integers, booleans or floating-point numbers of at most 8 bytes.");
        }
        int[] sides;
        try
        {
            sides = [.. shape.Groups["shape"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(side => int.Parse(side.TrimEnd('L'), NumberStyles.None, CultureInfo.InvariantCulture))];
        }
        catch (FormatException e)
        {
            throw new InvalidDataException($"'{path}' has the shape ({shape.Groups["shape"].Value}), which is none.", e);
        }
        return new(kind, size, type.Groups["order"].Value == ">", order.Groups["order"].Value == "True", sides);
    }

    /// <summary>Fortran's order, the first index fastest, to C's, the last one fastest.</summary>
    private static byte[] InRows(byte[] bytes, Header header)
    {
        byte[] rows = new byte[bytes.Length];
        int[] index = new int[header.Shape.Length];
        long[] strides = new long[header.Shape.Length];
        long stride = 1;
        for (int i = 0; i < strides.Length; i++)
        {
            (strides[i], stride) = (stride, stride * header.Shape[i]);
        }
        long from = 0;
        for (long to = 0; to < rows.Length; to += header.Size)
        {
            bytes.AsSpan((int)(from * header.Size), header.Size).CopyTo(rows.AsSpan((int)to));
            for (int i = index.Length - 1; i >= 0; i--)
            {
                from += strides[i];
                if (++index[i] < header.Shape[i])
                {
                    break;
                }
                from -= strides[i] * header.Shape[i];
                index[i] = 0;
            }
        }
        return rows;
    }

    [GeneratedRegex("'descr': *'(?<type>(?<order>[<>|=])(?<kind>[a-zA-Z])(?<size>[0-9]{0,4})(\\[[^\\]]*\\])?)'")]
    private static partial Regex SimpleType();

    [GeneratedRegex("'fortran_order': *(?<order>True|False)")]
    private static partial Regex FortranOrder();

    [GeneratedRegex(@"'shape': *\((?<shape>[0-9, L]*)\)")]
    private static partial Regex ShapeTuple();

    private sealed record Header(char Type, int Size, bool BigEndian, bool Fortran, int[] Shape);

    /// <summary>An array in C's order.</summary>
    private sealed record NpyArray(char Type, int Size, bool BigEndian, int[] Shape, byte[] Bytes)
    {
        public int Count => Shape[0];

        private int RowSize => (int)(Bytes.Length / Size / Count);

        public NpyArray Take(int rows) => this with { Shape = [rows, .. Shape[1..]], Bytes = Bytes[..(rows * RowSize * Size)] };

        public IEnumerable<long>? Integers()
        {
            double[] values = [.. Values()];
            return Array.TrueForAll(values, value => double.IsInteger(value) && Math.Abs(value) < 1L << 53) ? values.Select(value => (long)value) : null;
        }

        public Dataset ToDataset(string name, ClassLabels? labels)
        {
            bool bytes = (Type, Size) == ('u', 1);
            var pixels = ImageLayout(out bool planesLast);
            string[] columns = [.. Enumerable.Range(1, RowSize).Select(i => i.ToString(CultureInfo.InvariantCulture))];
            if (bytes)
            {
                return pixels is null ? Dataset.FromBytes(name, columns, [.. Bytes], labels)
                    : Dataset.FromBytes(name, pixels, ByPlanes(ImmutableCollectionsMarshal.AsImmutableArray(Bytes), pixels, planesLast), labels);
            }
            var (floats, lost) = SinglePrecision.Of(Values(), columns);
            var set = pixels is null ? Dataset.FromFloats(name, columns, floats, labels)
                : Dataset.FromFloats(name, pixels, ByPlanes(floats, pixels, planesLast), labels);
            return set.HavingLost(lost);
        }

        /// <summary>Images have three sides, or four of which one is of 1, 3 or 4 channels.</summary>
        private ImageShape? ImageLayout(out bool planesLast)
        {
            planesLast = Shape.Length == 4 && Shape[3] is 1 or 3 or 4;
            return Shape switch
            {
                [_, var h, var w] => new(1, h, w),
                [_, var h, var w, var c] when planesLast => new(c, h, w),
                [_, var c, var h, var w] => new(c, h, w),
                _ => null,
            };
        }

        private static ImmutableArray<T> ByPlanes<T>(ImmutableArray<T> values, ImageShape shape, bool planesLast)
        {
            if (!planesLast || shape.Channels == 1)
            {
                return values;
            }
            var planes = new T[values.Length];
            int area = shape.Height * shape.Width;
            for (int i = 0; i < planes.Length; i++)
            {
                var (image, rest) = Math.DivRem(i, shape.Size);
                var (pixel, channel) = Math.DivRem(rest, shape.Channels);
                planes[image * shape.Size + channel * area + pixel] = values[i];
            }
            return ImmutableCollectionsMarshal.AsImmutableArray(planes);
        }

        private IEnumerable<double> Values()
        {
            for (int i = 0; i < Bytes.Length; i += Size)
            {
                yield return Value(Bytes.AsSpan(i, Size));
            }
        }

        private double Value(ReadOnlySpan<byte> raw)
        {
            Span<byte> bytes = stackalloc byte[8];
            raw.CopyTo(bytes);
            if (BigEndian)
            {
                bytes[..Size].Reverse();
            }
            return (Type, Size) switch
            {
                ('u' or 'b', 1) => bytes[0],
                ('i', 1) => (sbyte)bytes[0],
                ('u', 2) => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
                ('i', 2) => BinaryPrimitives.ReadInt16LittleEndian(bytes),
                ('u', 4) => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
                ('i', 4) => BinaryPrimitives.ReadInt32LittleEndian(bytes),
                ('u', 8) => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
                ('i', 8) => BinaryPrimitives.ReadInt64LittleEndian(bytes),
                ('f', 2) => (double)BinaryPrimitives.ReadHalfLittleEndian(bytes),
                ('f', 4) => BinaryPrimitives.ReadSingleLittleEndian(bytes),
                _ => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
            };
        }
    }
}
