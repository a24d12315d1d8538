using System.Text;
using DeepClustering.Files;
using DeepClustering.Tests.Data;
using Fuzzing;
using SkiaSharp;
using Xunit;

namespace DeepClustering.Tests.Files;

/// <summary>What people bring, damaged: tables, arrays and images.</summary>
[Trait("Speed", "slow")]
public sealed class OwnDataFuzzTests : IDisposable
{
    private readonly TemporaryFolder _folder = new(inMemory: true);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void HostileTablesAreReadOrRefused()
    {
        string[] texts =
        [
            "id,x,class,y\n1,1,10,2\n2,3,2,4\n3,5,10,-6.5e2\n",
            "a;id;class\n1,5;2,5;1\n-3;1e3;2\n4;5;1\n",
            "\"name, full\"\tx\tclass\n\"A \"\"B\"\"\nC\"\t1\tu\nD\tNA\tv\n",
            "  1.5   2  1\n  2.5  -1  2\n 10.25   7  1\n",
            "größe|x|class\n1|2|ä\n3|4|ö\n",
            "1,2,3\n4,5,6\n7,8,9\n10,11,12\n",
        ];
        byte[][] real =
        [
            .. texts.Select(Encoding.UTF8.GetBytes), Idx.Gzip(Encoding.UTF8.GetBytes(texts[0])), [0xff, 0xfe, .. Encoding.Unicode.GetBytes(texts[0])],
            [0xef, 0xbb, 0xbf, .. Encoding.UTF8.GetBytes(texts[1])], Encoding.Latin1.GetBytes(texts[4]), Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("1.5,2,3\n", 1500))),
        ];
        byte[][] cells = [.. new[] { ",", ";", "\"", "\n", "\r", "\t", "  ", "1e999", "-", "NaN", "∞", "0x1", "1_000", "١", "\0", "\u2028", "1e-60", "1700000001" }.Select(Encoding.UTF8.GetBytes)];
        DataOptions[] ways =
        [
            new(), new() { Missing = MissingValues.LeaveOut }, new() { Missing = MissingValues.Mean, Labels = "class" }, new() { Labels = "class", Id = "id" },
            new() { Limit = 2, Header = true, DecimalComma = true }, new() { Header = false, Delimiter = ' ' },
        ];
        Try(random => random.Next(3) == 0 ? Spliced(random, real, cells) : random.Bytes(real), ways, bytes => (2L << 20) + 400L * Idx.Unpacked(bytes));
    }

    [Fact]
    public void HostileArraysAreReadOrRefused()
    {
        static byte[] Array(string type, string shape, int bytes, bool fortran = false)
        {
            string header = $"{{'descr': '{type}', 'fortran_order': {fortran}, 'shape': ({shape}), }}".PadRight(117) + "\n";
            return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.Latin1.GetBytes(header), .. Enumerable.Range(0, bytes).Select(i => (byte)(i * 7 % 60))];
        }
        byte[][] real =
        [
            Array("|u1", "4, 3, 2", 24), Array("<f4", "3, 2", 24), Array(">f8", "2, 3", 48, fortran: true), Array("<i8", "5,", 40),
            Array("<i2", "2, 2, 2, 3", 48), Array("|b1", "3, 4", 12), Idx.Gzip(Array("<f8", "4, 2", 64)), Array("<f2", "1, 6", 12), Array("|O", "2, 2", 32),
        ];
        byte[][] parts = [.. new[] { "0", "-1", "999999999", "4294967296", "'", "(", ")", ",", "<", ">", "f8", "u1", "O", "True", "False", "None", "[", "\n" }.Select(Encoding.Latin1.GetBytes)];
        Try(random => random.Next(3) == 0 ? Spliced(random, real, parts) : random.Bytes(real), [new(), new() { Limit = 2 }], bytes => (2L << 20) + 400L * Idx.Unpacked(bytes));
    }

    [Fact]
    public void HostileImagesAreReadOrRefused()
    {
        var colour = new SKColor(200, 90, 30);
        byte[][] real =
        [
            Pictures.Encode(9, 7, colour), Pictures.Encode(9, 7, colour, SKEncodedImageFormat.Jpeg), Pictures.Encode(9, 7, colour, SKEncodedImageFormat.Webp),
            Pictures.Bmp(9, 7, colour), Pictures.Claiming(30_000, 30_000), Pictures.Claiming(4_000, 3),
        ];
        // Pixels are resized to 32 × 32; what is decoded lies in Skia's own memory.
        Try(random => random.Bytes(real), [new() { ImageSize = 32 }, new() { Colour = false }], bytes => (2L << 20) + 16L * bytes.Length);
    }

    private void Try(Func<Random, byte[]> input, DataOptions[] ways, Func<byte[], long> allowance)
    {
        string path = _folder["data"];
        int turn = 0;
        Fuzz.Run(input, bytes =>
        {
            File.WriteAllBytes(path, bytes);
            var set = Datasets.Open(path, ways[turn++ % ways.Length] with { Log = _ => { }, MemoryLimit = 64 << 20 });
            Assert.True(set.Count > 0 && set.Row(set.Count - 1).All(float.IsFinite) && set.Labels is null or { Count: > 0 });
        }, e => e is InvalidDataException && e.Message.Contains(path, StringComparison.Ordinal), allowance);
    }

    /// <summary>A real file with a few parts put in or over others.</summary>
    private static byte[] Spliced(Random random, byte[][] real, byte[][] parts)
    {
        byte[] bytes = random.Of(real);
        for (int edits = random.Next(1, 5); edits > 0; edits--)
        {
            int at = random.Next(bytes.Length + 1), over = random.Next(Math.Min(3, bytes.Length - at) + 1);
            bytes = [.. bytes.AsSpan(0, at), .. random.Of(parts), .. bytes.AsSpan(at + over)];
        }
        return bytes;
    }
}
