using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace DeepClustering.Storage;

/// <summary>Weights as plain data in the safetensors format: a JSON header of names, shapes and offsets, then the numbers.</summary>
/// <remarks>
/// Only float32 is written and read, and nothing that it cannot hold; every offset is checked against the file before anything
/// is allocated. The header is at most as long as the format's own library reads, 100,000,000 bytes.
/// </remarks>
public static class Safetensors
{
    private const int LengthBytes = 8;
    private const int LargestHeader = 100_000_000;
    private const string Metadata = "__metadata__";

    /// <summary>Writes tensors in the order given: the whole file, flushed to disk, or nothing.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="tensors">Names and tensors of any shape, float32 or of another real type if float32 holds their values exactly; they stay the caller's.</param>
    /// <exception cref="ArgumentException">
    /// A name is there twice, is the format's own "__metadata__" or is no valid text; a tensor has a value that float32 does not
    /// hold; or the header would be longer than <see cref="Read"/> takes. Nothing is written.
    /// </exception>
    public static void Write(string path, IEnumerable<(string Name, Tensor Value)> tensors)
    {
        (string Name, Tensor Value)[] entries = [.. tensors];
        var header = new JsonObject();
        long offset = 0;
        foreach (var (name, value) in entries)
        {
            string? fault = header.ContainsKey(name) ? "is there twice" : FaultOf(name) ?? FaultOf(value);
            if (fault is not null)
            {
                throw new ArgumentException($"Tensor \"{name}\" {fault}.", nameof(tensors));
            }
            long end = offset + value.numel() * sizeof(float);
            header[name] = new JsonObject
            {
                ["dtype"] = "F32",
                ["shape"] = new JsonArray([.. value.shape.Select(size => JsonValue.Create(size))]),
                ["data_offsets"] = new JsonArray(offset, end),
            };
            offset = end;
        }
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(header);
        if (json.Length > LargestHeader)
        {
            throw new ArgumentException($"Names and shapes of {entries.Length} tensors take {json.Length} bytes, at most {LargestHeader} can be read.", nameof(tensors));
        }
        Span<byte> length = stackalloc byte[LengthBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)json.Length);
        byte[] start = [.. length, .. json];
        Disk.Write(path, file =>
        {
            file.Write(start);
            foreach (var (_, value) in entries)
            {
                using var scope = NewDisposeScope();
                file.Write(value.detach().cpu().to(float32).contiguous().bytes);
            }
        });
    }

    /// <summary>Reads every tensor of a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>float32 tensors by name; the caller disposes them.</returns>
    /// <exception cref="InvalidDataException">The file is damaged or holds another dtype; the message names it and what is wrong.</exception>
    public static IReadOnlyDictionary<string, Tensor> Read(string path)
    {
        using var file = File.OpenRead(path);
        var (header, start) = ReadHeader(file, path);
        var entries = header.Select(entry => Entry.Parse(path, entry.Key, entry.Value, file.Length - start))
            .OrderBy(entry => entry.Begin).ToList();
        for (int i = 1; i < entries.Count; i++)
        {
            Check(entries[i].Begin >= entries[i - 1].End, path, $"tensors \"{entries[i - 1].Name}\" and \"{entries[i].Name}\" overlap");
        }
        var tensors = new Dictionary<string, Tensor>();
        foreach (var entry in entries)
        {
            byte[] bytes = new byte[entry.End - entry.Begin];
            file.Position = start + entry.Begin;
            file.ReadExactly(bytes);
            var tensor = empty(entry.Shape, float32);
            tensor.bytes = bytes;
            tensors[entry.Name] = tensor;
        }
        return tensors;
    }

    /// <summary>Gives a new module its stored weights.</summary>
    /// <param name="path">The file.</param>
    /// <param name="module">What the weights are for; disposed if they cannot be had.</param>
    /// <param name="description">What to call the module in an error.</param>
    /// <returns>The module; the caller disposes it.</returns>
    /// <exception cref="InvalidDataException">The file is damaged, or its names and shapes are not the module's, or a weight is NaN or infinite.</exception>
    internal static T ReadInto<T>(string path, T module, string description) where T : nn.Module
    {
        using var scope = NewDisposeScope();
        try
        {
            Weights.Copy(Read(path), module.state_dict(), $"{path}: does not fit {description}");
            return module;
        }
        catch
        {
            module.Dispose();
            throw;
        }
    }

    /// <summary>What speaks against a tensor's name, if anything.</summary>
    private static string? FaultOf(string name) =>
        name == Metadata ? "has the format's own name"
        : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(name)) != name ? "has half a surrogate pair in its name, which no file holds"
        : null;

    /// <summary>What of a tensor float32 does not hold, if anything.</summary>
    private static string? FaultOf(Tensor value)
    {
        if (value.dtype == ScalarType.Float32)
        {
            return null;
        }
        if (value.is_complex())
        {
            return $"is {value.dtype}, expected real numbers";
        }
        using var scope = NewDisposeScope();
        var values = value.detach();
        bool real = values.is_floating_point();
        var exact = values.to(real ? float64 : int64);
        var single = values.to(float32).to(float64);
        // NaN remains NaN; the largest integers are rounded up to 2⁶³, which does not go back.
        var lost = real
            ? single.ne(exact).logical_and(exact.eq(exact))
            : single.ge(Math.Pow(2, 63)).logical_or(single.to(int64).ne(exact));
        if (!lost.any().item<bool>())
        {
            return null;
        }
        var first = exact.masked_select(lost)[0];
        string text = real
            ? first.item<double>().ToString("r", CultureInfo.InvariantCulture)
            : first.item<long>().ToString(CultureInfo.InvariantCulture);
        return $"is {value.dtype} and has {text}, which float32 does not hold";
    }

    private static (JsonObject Header, long DataStart) ReadHeader(FileStream file, string path)
    {
        Check(file.Length >= LengthBytes, path, $"it is {file.Length} bytes long, too short for a header");
        Span<byte> prefix = stackalloc byte[LengthBytes];
        file.ReadExactly(prefix);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        Check(length <= (ulong)(file.Length - LengthBytes), path, $"its header claims {length} bytes, the file has {file.Length}");
        Check(length <= LargestHeader, path, $"its header claims {length} bytes, at most {LargestHeader} are read");
        byte[] json = new byte[length];
        file.ReadExactly(json);
        try
        {
            var header = JsonNode.Parse(json, documentOptions: new() { AllowDuplicateProperties = false }) as JsonObject;
            Check(header is not null, path, "its header is not a JSON object");
            header!.Remove(Metadata);
            return (header, LengthBytes + (long)length);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"{path}: its header is not valid JSON ({e.Message}).", e);
        }
    }

    private static void Check(bool condition, string path, string otherwise)
    {
        if (!condition)
        {
            throw new InvalidDataException($"{path} cannot be read as safetensors: {otherwise}.");
        }
    }

    private sealed record Entry(string Name, long[] Shape, long Begin, long End)
    {
        public static Entry Parse(string path, string name, JsonNode? node, long available)
        {
            try
            {
                string dtype = node!["dtype"]!.GetValue<string>();
                Check(dtype == "F32", path, $"tensor \"{name}\" is {dtype}, expected F32");
                long[] shape = [.. node["shape"]!.AsArray().Select(size => size!.GetValue<long>())];
                long begin = node["data_offsets"]![0]!.GetValue<long>(), end = node["data_offsets"]![1]!.GetValue<long>();
                Check(shape.All(size => size >= 0), path, $"tensor \"{name}\" has a negative size");
                // Beside a size of 0 the others still count: torch's strides are their products.
                long extent = shape.Aggregate((long)sizeof(float), (product, size) => checked(product * Math.Max(size, 1)));
                long bytes = shape.Contains(0) ? 0 : extent;
                Check(begin >= 0 && begin <= end && end <= available && end - begin == bytes, path,
                    $"tensor \"{name}\" ({string.Join(", ", shape)}) lies at {begin} to {end} of {available} bytes");
                return new Entry(name, shape, begin, end);
            }
            catch (Exception e) when (e is NullReferenceException or InvalidOperationException or ArgumentOutOfRangeException or OverflowException or FormatException)
            {
                throw new InvalidDataException($"{path} cannot be read as safetensors: its entry \"{name}\" is malformed ({e.Message}).", e);
            }
        }
    }
}
