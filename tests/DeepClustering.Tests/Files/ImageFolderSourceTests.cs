using DeepClustering.Data;
using DeepClustering.Files;
using DeepClustering.Tests.Data;
using SkiaSharp;
using Xunit;

namespace DeepClustering.Tests.Files;

public sealed class ImageFolderSourceTests : IDisposable
{
    private static readonly SKColor _orange = new(200, 100, 50);

    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _log = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ReadsEveryFormatInTheOrderOfTheNames()
    {
        Write("d.bmp", Pictures.Bmp(5, 3, _orange));
        Write("a.png", Pictures.Encode(5, 3, _orange));
        Write("c.webp", Pictures.Encode(5, 3, _orange, SKEncodedImageFormat.Webp));
        Write("b.JPG", Pictures.Encode(5, 3, _orange, SKEncodedImageFormat.Jpeg));
        Write("readme.txt", [1]);
        var set = Read();
        Assert.Equal(["a.png", "b.JPG", "c.webp", "d.bmp"], set.RowNames);
        Assert.Equal((new ImageShape(3, 3, 5), true), (set.Shape, set.IsBytes));
        byte[] exact = [.. Enumerable.Repeat((byte)200, 15), .. Enumerable.Repeat((byte)100, 15), .. Enumerable.Repeat((byte)50, 15)];
        Assert.Equal(exact, set.Bytes(0).ToArray());
        Assert.Equal(exact, set.Bytes(3).ToArray());
        Assert.All([1, 2], row => Assert.All(exact.Zip(set.Bytes(row).ToArray()), pair => Assert.InRange(pair.Second - pair.First, -4, 4)));
        Assert.Empty(_log);
    }

    [Fact]
    public void SizesAreBroughtToOne()
    {
        Write("big.png", Pictures.Encode(300, 200, _orange));
        Write("small.png", Pictures.Encode(7, 9, _orange));
        Assert.Equal(new ImageShape(3, 32, 32), Read().Shape);
        var set = Read(new() { ImageSize = 8 });
        Assert.Equal(new ImageShape(3, 8, 8), set.Shape);
        Assert.All([0, 1], row => Assert.Equal([200, 100, 50], new[] { set.Bytes(row)[0], set.Bytes(row)[100], set.Bytes(row)[191] }.Select(v => (int)v)));
    }

    [Fact]
    public void GreyIsOnePlaneUnlessAskedOtherwise()
    {
        Write("a.png", Pictures.Encode(2, 2, new SKColor(90, 90, 90)));
        Assert.Equal([90, 90, 90, 90], Read().Bytes(0).ToArray());
        Assert.Equal(3, Read(new() { Colour = true }).Shape!.Channels);
        Write("a.png", Pictures.Encode(2, 2, _orange));
        Assert.Equal(124, Read(new() { Colour = false }).Bytes(0)[0]);   // 0.299 · 200 + 0.587 · 100 + 0.114 · 50 = 124.2
        Write("a.png", Pictures.Encode(2, 2, SKColors.Transparent));
        Assert.Equal([255, 255, 255, 255], Read().Bytes(0).ToArray());
    }

    [Fact]
    public void SubfoldersMayBeTheClasses()
    {
        Write("cat/a.png", Pictures.Encode(2, 2, _orange));
        Write("ant/x/b.png", Pictures.Encode(2, 2, _orange));
        var set = Read(new() { Labels = DataOptions.Subfolders });
        Assert.Equal(["ant", "cat"], set.ClassNames);
        Assert.Equal([0, 1], set.Labels);
        Assert.Equal(["ant/x/b.png", "cat/a.png"], set.RowNames);
        Assert.Null(Read().Labels);
        Write("c.png", Pictures.Encode(2, 2, _orange));
        AssertRefused("c.png lies in no subfolder", new() { Labels = DataOptions.Subfolders });
        AssertRefused("expected 'subfolders'", new() { Labels = "species" });
    }

    [Fact]
    public void UnreadableFilesAreNamedAndCounted()
    {
        byte[] whole = Pictures.Encode(60, 60, _orange);
        Write("good.png", whole);
        Write("empty.png", []);
        Write("text.png", "not a picture"u8.ToArray());
        Write("bomb.png", Pictures.Claiming(30_000, 30_000));
        Write("cut.png", whole[..(whole.Length - 30)]);
        File.CreateSymbolicLink(_folder["dangling.png"], _folder["nowhere"]);
        var set = Read();
        Assert.Equal(["good.png"], set.RowNames);
        string log = Assert.Single(_log);
        Assert.Contains("5 of 6 could not be read", log);
        Assert.All(["empty.png: it is empty", "text.png: it is no image", "bomb.png: it claims 30000 × 30000 pixels", "cut.png: it is damaged", "dangling.png"],
            part => Assert.Contains(part, log));
        File.Delete(_folder["good.png"]);
        AssertRefused("holds no image that can be read");
    }

    [Fact]
    public void AnEmptyFolderAndAMissingOneAreRefused()
    {
        AssertRefused("holds no image that can be read");
        Assert.Throws<DirectoryNotFoundException>(() => ImageFolderSource.Read(_folder["none"]));
        Assert.Contains("none", Assert.Throws<FileNotFoundException>(() => Datasets.Open(_folder["none"])).Message);
    }

    [Fact]
    public void LinksInACircleEnd()
    {
        Write("a/one.png", Pictures.Encode(2, 2, _orange));
        Directory.CreateSymbolicLink(_folder["a/up"], _folder.Path);
        Directory.CreateSymbolicLink(_folder["a/self"], _folder["a/self"]);
        Directory.CreateSymbolicLink(_folder["b"], _folder["a"]);
        Assert.Single(Read().RowNames!);
    }

    [Fact]
    public void HiddenFilesAreNoneOfTheImages()
    {
        foreach (string name in new[] { "a/good.png", "a/._good.png", "a/.hidden.png", "a/.thumbnails/good.png", "__MACOSX/a/._good.png" })
        {
            Write(name, Pictures.Encode(2, 2, _orange));
        }
        Assert.Equal(["a/good.png"], Read(new() { Labels = DataOptions.Subfolders }).RowNames);
        Assert.Empty(_log);
    }

    [Fact]
    public void AnUnreadableFolderIsNamed()
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess || OperatingSystem.IsWindows(), "The superuser reads every folder.");
        Write("good.png", Pictures.Encode(2, 2, _orange));
        Write("closed/b.png", Pictures.Encode(2, 2, _orange));
#pragma warning disable CA1416   // skipped on Windows
        File.SetUnixFileMode(_folder["closed"], UnixFileMode.None);
        Assert.Single(Read().RowNames!);
        File.SetUnixFileMode(_folder["closed"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
#pragma warning restore CA1416
        Assert.Contains("closed:", Assert.Single(_log));
    }

    [Fact]
    public void NamesMayHoldAnything()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such names.");
        Write("<script>alert(1)<\u0001>.png", Pictures.Encode(2, 2, _orange));
        Write("bell\u0007\u001b[31m.png", []);
        Assert.Equal(["<script>alert(1)<\u0001>.png"], Read().RowNames);
        Assert.Contains("bell??[31m.png: it is empty", Assert.Single(_log));
    }

    [Fact]
    public void ImagesBeyondMemoryAreRefusedByTheirHeaders()
    {
        Write("a.png", Pictures.Encode(2, 2, _orange));
        AssertRefused("1 rows × 50,331,648 values × 1 bytes × 2 = 96 MiB, there are 10 MiB", new() { ImageSize = 4096, MemoryLimit = 10 << 20 });
    }

    [Fact]
    public void AnImageAloneIsASetOfOneRow()
    {
        Write("a.png", Pictures.Encode(2, 2, _orange));
        Write("b.png", Pictures.Encode(2, 2, _orange));
        var alone = Datasets.Open(_folder["a.png"]);
        var both = Datasets.Open(_folder["."]);
        Assert.Equal((1, both.Shape, "a.png"), (alone.Count, alone.Shape, alone.RowNames![0]));
        Assert.Equal(both.Row(0), alone.Row(0));
        Write("c.png", [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, 0]);
        Assert.Contains("c.png", Assert.Throws<InvalidDataException>(() => Datasets.Open(_folder["c.png"])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("504B0304000000", "a zip file")]
    [InlineData("53514C69746520666F726D6174203300", "a SQLite database")]
    [InlineData("425A6839314159", "compressed by bzip2")]
    [InlineData("FD377A585A0000", "compressed by xz")]
    [InlineData("28B52FFD0000", "compressed by zstd")]
    [InlineData("8004952A00", "a Python pickle")]
    [InlineData("47494638396101", "GIF or TIFF")]
    [InlineData("25504446", "a PDF")]
    [InlineData("7B2261223A317D", "JSON")]
    [InlineData("3C68746D6C3E", "HTML or XML")]
    [InlineData("312C320A332C340A0501", "none of the formats")]      // text that goes on as none
    [InlineData("00000801000000", "labels")]
    [InlineData("00000D0300000001", "an IDX file of 32-bit floats with 3 dimensions")]
    [InlineData("0000080400000001", "an IDX file of bytes with 4 dimensions")]
    [InlineData("00000803FFFFFFFFFFFFFFFFFFFFFFFF", "claims 4294967295 × 4294967295 × 4294967295 bytes")]
    public void AFileOfAnotherKindIsNamed(string start, string kind)
    {
        Write("file", Convert.FromHexString(start));
        string message = Assert.Throws<InvalidDataException>(() => Datasets.Open(_folder["file"])).Message;
        Assert.Contains(_folder["file"], message, StringComparison.Ordinal);
        Assert.Contains(kind, message, StringComparison.Ordinal);
    }

    [Fact]
    public void IdxFilesOfAFolderAreOneSet()
    {
        Write("train-images-idx3-ubyte", Idx.Images(2, 1, 2, [1, 2, 3, 4]));
        Write("train-labels-idx1-ubyte.gz", Idx.Gzip(Idx.Labels(26, 1)));
        Write("t10k-images-idx3-ubyte.gz", Idx.Gzip(Idx.Images(1, 1, 2, [5, 6])));
        Write("t10k-labels-idx1-ubyte", Idx.Labels(13));
        var set = Read();
        Assert.Equal(["1", "13", "26"], set.ClassNames);
        Assert.Equal([2, 0, 1], set.Labels);
        Assert.Equal([5, 6], set.Bytes(2).ToArray());
        Assert.Null(Read(new() { Labels = DataOptions.NoLabels }).Labels);
        Assert.Equal(2, Datasets.Open(_folder["train-images-idx3-ubyte"]).ClassNames.Count);
    }

    private void Write(string name, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        File.WriteAllBytes(_folder[name], bytes);
    }

    private Dataset Read(DataOptions? options = null) => Datasets.Open(_folder.Path, (options ?? new()) with { Log = _log.Add });

    private void AssertRefused(string expected, DataOptions? options = null) =>
        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => Read(options)).Message, StringComparison.Ordinal);
}
