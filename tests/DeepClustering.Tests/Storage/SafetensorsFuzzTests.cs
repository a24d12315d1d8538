using System.Buffers.Binary;
using System.Text;
using DeepClustering.Models;
using DeepClustering.Networks;
using DeepClustering.Storage;
using Fuzzing;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Storage;

[Trait("Speed", "slow")]
public sealed class SafetensorsFuzzTests : IDisposable
{
    private readonly TemporaryFolder _folder = new(inMemory: true);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void HostileFilesAreReadOrRefused()
    {
        string path = _folder["weights.safetensors"];
        using var vade = new Vade(2, new MultilayerPerceptron { InputSize = 4, HiddenWidths = [3], LatentSize = 2 });
        using var scalar = tensor(1f);
        using var none = empty(0, 3);
        Safetensors.Write(path, vade.state_dict().Select(entry => (entry.Key, entry.Value)));
        byte[] model = File.ReadAllBytes(path);
        Safetensors.Write(path, [("scalar", scalar), ("none", none), ("bias", vade.Prior.Means)]);
        byte[] few = File.ReadAllBytes(path);
        byte[][] real = [model, few];
        (JsonMutations Header, byte[] Data)[] parts = [.. real.Select(Parts)];

        Fuzz.Run(random => random.Next(3) == 0 ? random.Bytes(real) : random.Next(3) == 0 ? Generated(random) : Assembled(random.Of(parts), random), bytes =>
        {
            using var scope = NewDisposeScope();
            File.WriteAllBytes(path, bytes);
            long numbers = Safetensors.Read(path).Values.Sum(tensor => tensor.numel());
            Assert.InRange(numbers, 0, bytes.Length / sizeof(float));
        }, e => e is InvalidDataException && e.Message.Contains(path, StringComparison.Ordinal), bytes => (64 << 10) + (128L * bytes.Length));
    }

    private static (JsonMutations Header, byte[] Data) Parts(byte[] file)
    {
        int start = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        return (new JsonMutations(Encoding.UTF8.GetString(file[8..start])), file[start..]);
    }

    private static byte[] Assembled((JsonMutations Header, byte[] Data) parts, Random random) => Whole(parts.Header.Next(random), parts.Data);

    /// <summary>One tensor whose shape and place are numbers at the edges, often ones that agree with each other.</summary>
    private static byte[] Generated(Random random)
    {
        long Edge() => random.Of([0, 1, 2, 4, 8, 16, -1, 1L << 30, 1L << 60, 1L << 61, 1L << 62, long.MaxValue, long.MinValue]);
        long[] shape = [.. Enumerable.Range(0, random.Of([0, 1, 1, 2, 3, 70])).Select(_ => random.Next(3) == 0 ? Edge() : 1)];
        long begin = Edge(), size = shape.Aggregate(4L, (product, dimension) => unchecked(product * dimension));
        long end = random.Next(4) == 0 ? Edge() : unchecked(begin + size);
        return Whole($$"""{ "t": { "dtype": "F32", "shape": [{{string.Join(',', shape)}}], "data_offsets": [{{begin}}, {{end}}] } }""", new byte[16]);
    }

    private static byte[] Whole(string header, byte[] data)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        return [.. BitConverter.GetBytes((long)json.Length), .. json, .. data];
    }
}
