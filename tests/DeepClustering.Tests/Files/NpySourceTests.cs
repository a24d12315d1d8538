using System.Text;
using DeepClustering.Data;
using DeepClustering.Files;
using Xunit;

namespace DeepClustering.Tests.Files;

public sealed class NpySourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("<f4", "0000803F000000400000404000008040")]
    [InlineData(">f4", "3F800000400000004040000040800000")]
    [InlineData(">f8", "3FF0000000000000400000000000000040080000000000004010000000000000")]
    [InlineData("<f2", "003C004000420044")]
    [InlineData(">i2", "0001000200030004")]
    [InlineData("<i8", "0100000000000000020000000000000003000000000000000400000000000000")]
    [InlineData("|i1", "01020304")]
    public void ReadsNumbersOfAnySizeAndOrder(string type, string hex)
    {
        var set = Open(Npy($"{{'descr': '{type}', 'fortran_order': False, 'shape': (2, 2), }}", Convert.FromHexString(hex)));
        Assert.Equal([1, 2, 3, 4], [.. set.Row(0), .. set.Row(1)]);
        Assert.False(set.IsBytes);
        Assert.Equal(["1", "2"], set.Columns);
    }

    [Fact]
    public void FortranOrderIsTurnedRound()
    {
        // numpy.asfortranarray(numpy.arange(6).reshape(2, 3)): 0 3 1 4 2 5
        var set = Open(Npy("{'descr': '<u2', 'fortran_order': True, 'shape': (2, 3), }", [0, 0, 3, 0, 1, 0, 4, 0, 2, 0, 5, 0]));
        Assert.Equal([0, 1, 2, 3, 4, 5], [.. set.Row(0), .. set.Row(1)]);
    }

    [Fact]
    public void BytesStayBytesAndThreeSidesAreImages()
    {
        byte[] pixels = [.. Enumerable.Range(0, 12).Select(i => (byte)i)];
        var grey = Open(Npy("{'descr': '|u1', 'fortran_order': False, 'shape': (3, 2, 2), }", pixels));
        Assert.Equal((true, new ImageShape(1, 2, 2), 3), (grey.IsBytes, grey.Shape, grey.Count));
        Assert.Equal([4, 5, 6, 7], grey.Bytes(1).ToArray());
        var colour = Open(Npy("{'descr': '|u1', 'fortran_order': False, 'shape': (1, 2, 2, 3), }", pixels));
        Assert.Equal(new ImageShape(3, 2, 2), colour.Shape);
        Assert.Equal([0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11], colour.Bytes(0).ToArray());
        Assert.Equal(new ImageShape(3, 2, 2), Open(Npy("{'descr': '|u1', 'fortran_order': False, 'shape': (1, 3, 2, 2), }", pixels)).Shape);
        Assert.Equal(["1"], Open(Npy("{'descr': '|u1', 'fortran_order': False, 'shape': (12,), }", pixels)).Columns);
    }

    [Fact]
    public void LabelsMayLieBeside()
    {
        string values = Npy("{'descr': '|u1', 'fortran_order': False, 'shape': (3, 1), }", [1, 2, 3]);
        string labels = Npy("{'descr': '<i2', 'fortran_order': False, 'shape': (3,), }", [7, 0, 255, 255, 7, 0]);
        var set = NpySource.Read(values, new() { Labels = Path.GetFileName(labels) });
        Assert.Equal(["-1", "7"], set.ClassNames);
        Assert.Equal([1, 0, 1], set.Labels);
        Assert.Contains("expected 3 labels", Assert.Throws<InvalidDataException>(() => NpySource.Read(values, new() { Labels = Path.GetFileName(values) })).Message);
    }

    [Theory]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (2,), }", "Python objects")]
    [InlineData("{'descr': [('a', '<f4'), ('b', '|O')], 'fortran_order': False, 'shape': (2,), }", "Python objects or records")]
    [InlineData("{'descr': '<U5', 'fortran_order': False, 'shape': (2,), }", "'<U5'")]
    [InlineData("{'descr': '<c16', 'fortran_order': False, 'shape': (2,), }", "'<c16'")]
    [InlineData("{'descr': '<M8[D]', 'fortran_order': False, 'shape': (2,), }", "'<M8[D]'")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (), }", "shape ()")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (0, 3), }", "shape (0, 3)")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1, 1, 1, 1), }", "(1, 1, 1, 1, 1)")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }", "cut short: 16 of 24 bytes")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }", "goes on after the 8 bytes")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2147483647, 2147483647, 2147483647), }", "more values than can be read")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (100000000, 1000), }", "does not fit into memory")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999,), }", "more values")]
    [InlineData("import os", "no .npy array's")]
    public void WhatCannotBeReadIsRefused(string header, string expected)
    {
        string path = Npy(header, new byte[16]);
        string message = Assert.Throws<InvalidDataException>(() => Datasets.Open(path)).Message;
        Assert.All([path, expected], part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    [Fact]
    public void NumbersMustBeFinite() => Assert.Contains("value '2' is NaN", Assert.Throws<InvalidDataException>(() =>
        Open(Npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }", [0, 0, 0, 0, 0, 0, 0xC0, 0x7F]))).Message);

    [Fact]
    public void LargeIntegersThatFloat32CannotTellApartAreNoticed()
    {
        byte[] Seconds(long step) => [.. Enumerable.Range(0, 50).SelectMany(i => BitConverter.GetBytes(1_700_000_000 + i * step))];
        const string header = "{'descr': '<i8', 'fortran_order': False, 'shape': (50, 1), }";
        Assert.Contains("column '1' that single precision", Open(Npy(header, Seconds(1))).Lost, StringComparison.Ordinal);
        Assert.Null(Open(Npy(header, Seconds(86_400))).Lost);
    }

    [Fact]
    public void CutAnywhereItIsRefused()
    {
        byte[] whole = File.ReadAllBytes(Npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }", new byte[16]));
        for (int length = 6; length < whole.Length; length += 3)
        {
            string path = _folder.Write(whole[..length]);
            Assert.Contains(path, Assert.Throws<InvalidDataException>(() => NpySource.Read(path)).Message);
        }
    }

    private static Dataset Open(string path) => Datasets.Open(path);

    private string Npy(string header, byte[] payload)
    {
        byte[] text = Encoding.ASCII.GetBytes(header + "\n");
        return _folder.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)(text.Length & 0xff), (byte)(text.Length >> 8), .. text, .. payload]);
    }
}
