using System.Text;
using CsCheck;
using DeepClustering.Storage;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Storage;

public sealed class SafetensorsTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.safetensors");

    public void Dispose()
    {
        _scope.Dispose();
        File.Delete(_path);
    }

    private void WriteRaw(string header, int dataBytes) =>
        File.WriteAllBytes(_path, [.. BitConverter.GetBytes((ulong)Encoding.UTF8.GetByteCount(header)), .. Encoding.UTF8.GetBytes(header), .. new byte[dataBytes]]);

    [Fact]
    public void WhatIsWrittenIsRead()
    {
        Tensor matrix = rand(3, 5), transposed = rand(4, 2).t(), scalar = tensor(2.5f), none = empty(0, 3);
        Safetensors.Write(_path, [("a.weight", matrix), ("b", transposed), ("c", scalar), ("d", none)]);
        var read = Safetensors.Read(_path);
        Assert.Equal(["a.weight", "b", "c", "d"], read.Keys.Order());
        Assert.True(read["a.weight"].equal(matrix).all().item<bool>());
        Assert.True(read["b"].equal(transposed).all().item<bool>());
        Assert.Equal(2.5f, read["c"].item<float>());
        Assert.Equal([0L, 3L], read["d"].shape);
    }

    [Fact]
    public void WhatWouldBeLostIsRefusedAndNothingIsWritten()
    {
        void Refused(string found, params (string, Tensor)[] tensors)
        {
            Assert.Contains(found, Assert.Throws<ArgumentException>(nameof(tensors), () => Safetensors.Write(_path, tensors)).Message, StringComparison.Ordinal);
            Assert.False(File.Exists(_path));
        }
        Refused("16777217", ("a", tensor(new[] { 1L, (1 << 24) + 1 })));
        Refused("9223372036854775807", ("a", tensor(long.MaxValue)));
        Refused("1152921504606846977", ("a", tensor((1L << 60) + 1)));
        Refused("2147483647", ("a", tensor(int.MaxValue)));
        Refused("1e+300", ("a", tensor(1e300)));
        Refused("0.1", ("fine", zeros(2)), ("a", tensor(0.1)));
        Refused("Complex", ("a", zeros(2, complex64)));
        Refused("\"a\" is there twice", ("a", zeros(2)), ("b", zeros(1)), ("a", zeros(2)));
        Refused("the format's own", ("__metadata__", zeros(2)));
        Refused("surrogate", ("a\ud800", zeros(2)));
    }

    [Fact]
    public void OtherTypesAreWrittenWhereFloat32HoldsTheirValues()
    {
        Safetensors.Write(_path,
        [
            ("steps", tensor(new[] { 1L << 24, -3, long.MinValue })), ("wide", tensor(new[] { 0.5, double.NaN, double.PositiveInfinity, -0.0 })),
            ("half", tensor(new[] { 0.25f }).to(float16)), ("bytes", tensor(new byte[] { 255 })), ("flags", tensor(new[] { true, false })),
        ]);
        var read = Safetensors.Read(_path);
        Assert.Equal([16777216, -3, -9223372036854775808f], read["steps"].data<float>().ToArray());
        Assert.Equal([0.5f, float.NaN, float.PositiveInfinity, -0f], read["wide"].data<float>().ToArray());
        Assert.Equal(0.25f, read["half"].item<float>());
        Assert.Equal(255, read["bytes"].item<float>());
        Assert.Equal([1, 0], read["flags"].data<float>().ToArray());
    }

    [Fact]
    public void AFileOfManyTensorsIsRead()
    {
        // A header of more than a megabyte.
        const int count = 16_000;
        using var one = zeros(1);
        Safetensors.Write(_path, Enumerable.Range(0, count).Select(i => ($"layers.{i}.weight", one)));
        Assert.Equal(count, Safetensors.Read(_path).Count);
    }

    [Fact]
    public void AHeaderBeyondTheLimitIsNamed()
    {
        using (var file = File.Create(_path))
        {
            file.Write(BitConverter.GetBytes(100_000_001UL));
            file.SetLength(100_000_100);
        }
        Assert.Contains("at most 100000000", Assert.Throws<InvalidDataException>(() => Safetensors.Read(_path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}""", 4, "F16")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4, "of 4 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "(3)")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[4,0]}}""", 8, "negative")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}""", 8, "malformed")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8, "overlap")]
    [InlineData("""{"a":{"shape":[1],"data_offsets":[0,4]}}""", 4, "malformed")]
    [InlineData("""{"a":[1]}""", 4, "malformed")]
    [InlineData("[1]", 4, "not a JSON object")]
    [InlineData("{", 4, "not valid JSON")]
    public void DamagedHeadersAreRefused(string header, int dataBytes, string expected)
    {
        WriteRaw(header, dataBytes);
        string message = Assert.Throws<InvalidDataException>(() => Safetensors.Read(_path)).Message;
        Assert.Contains(_path, message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    [Fact]
    public void WeightsThatAreNotFiniteAreNotTakenOver()
    {
        using var line = nn.Linear(2, 2);
        Safetensors.Write(_path, [("weight", full(2, 2, float.NaN)), ("bias", zeros(2))]);
        string message = Assert.Throws<InvalidDataException>(() => Safetensors.ReadInto(_path, line, "a line")).Message;
        Assert.Contains("weight holds NaN or infinity", message, StringComparison.Ordinal);
        Assert.Contains(_path, message, StringComparison.Ordinal);
    }

    [Fact]
    public void AHeaderLongerThanTheFileIsRefusedBeforeAnythingIsAllocated()
    {
        File.WriteAllBytes(_path, [.. BitConverter.GetBytes(ulong.MaxValue), 1, 2, 3]);
        Assert.Contains("claims", Assert.Throws<InvalidDataException>(() => Safetensors.Read(_path)).Message, StringComparison.Ordinal);
        File.WriteAllBytes(_path, [1, 2]);
        Assert.Contains("too short", Assert.Throws<InvalidDataException>(() => Safetensors.Read(_path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MutatedFilesAreReadOrRefused()
    {
        Safetensors.Write(_path, [("weights", rand(4, 4)), ("bias", rand(4))]);
        byte[] whole = File.ReadAllBytes(_path);
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte, Gen.Int[0, whole.Length]).Sample((position, value, length) =>
        {
            byte[] bytes = [.. whole];
            bytes[position] = value;
            File.WriteAllBytes(_path, bytes[..length]);
            try
            {
                using var scope = NewDisposeScope();
                Safetensors.Read(_path);
            }
            catch (InvalidDataException)
            {
            }
        }, iter: 2000, threads: 1);
    }
}
