using System.Security.Cryptography;
using DeepClustering.Data;
using Xunit;

namespace DeepClustering.Tests.Data;

public sealed class MnistTests : IDisposable
{
    private readonly TemporaryFolder _cache = new();
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _log = [];

    public void Dispose()
    {
        _cache.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void TheEmbeddedDigitsAreTheFirst10000()
    {
        var set = Mnist.LoadEmbedded();
        Assert.Equal((10_000, new ImageShape(1, 28, 28)), (set.Count, set.Shape));
        Assert.Equal("MNIST first 10,000 (embedded)", set.Name);
        Assert.Equal("1b3c34ced3a2e3c90c360db9be90da27fdc14666edbabce3d7bbabb820ddf485", set.Digest);
        Assert.Equal(
            [1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978],
            set.Labels!.CountBy(label => label).OrderBy(pair => pair.Key).Select(pair => pair.Value));
    }

    [Fact]
    public void TheOrderOfTheEmbeddedDigitsIsThatOfTheirDigests()
    {
        var set = Mnist.LoadEmbedded();
        string[] digests = [.. Enumerable.Range(0, set.Count).Select(i => Convert.ToHexStringLower(SHA256.HashData(set.Bytes(i))))];
        Assert.Equal(digests.Order(StringComparer.Ordinal), digests);
    }

    [Fact]
    public void WithoutTheFullSetTheEmbeddedOneComesWithANotice()
    {
        foreach (var part in new[] { MnistPart.All, MnistPart.Train })
        {
            _log.Clear();
            Assert.Equal(10_000, Mnist.Load(Options with { Part = part }).Count);
            string notice = Assert.Single(_log);
            Assert.All(["10,000 embedded", "Download = true", "MNIST_DIR"], text => Assert.Contains(text, notice));
            // it ends up in notebooks that are shared
            Assert.DoesNotContain(_cache.Path, notice);
        }
    }

    [Fact]
    public void ALimitKeepsTheFirst()
    {
        SmallMnist.WriteTo(_folder.Path);
        var options = Options with { Folder = _folder.Path };
        Assert.Equal(Mnist.Load(options).Take(20).Digest, Mnist.Load(options with { Limit = 20 }).Digest);
        Assert.Equal(350, Mnist.Load(options with { Limit = 1000 }).Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => options with { Limit = -1 });
    }

    [Fact]
    public void TrainingAndTestDigitsComeApart()
    {
        SmallMnist.WriteTo(_folder.Path);
        var options = Options with { Folder = _folder.Path };
        var (training, test) = Mnist.LoadSplit(options);
        Assert.Equal(Mnist.Load(options with { Part = MnistPart.Train }).Digest, training.Digest);
        Assert.Equal(Mnist.Load(options with { Part = MnistPart.Test }).Digest, test.Digest);
        (training, test) = Mnist.LoadSplit(options with { Limit = 40 });
        Assert.Equal((40, 40), (training.Count, test.Count));
    }

    [Fact]
    public void OfTheEmbeddedDigitsOneOfSevenIsHeldOut()
    {
        var (training, test) = Mnist.LoadSplit(Options);
        Assert.Equal((8572, 1428), (training.Count, test.Count));
        var all = Mnist.LoadEmbedded();
        Assert.True(test.Bytes(0).SequenceEqual(all.Bytes(6)));
        Assert.True(training.Bytes(6).SequenceEqual(all.Bytes(7)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(2000)]
    public void ALimitHoldsForTrainingAndTestDigitsEach(int limit)
    {
        var (training, test) = Mnist.LoadSplit(Options with { Limit = limit });
        Assert.Equal((limit, Math.Min(limit, 1428)), (training.Count, test.Count));
        Assert.True(test.Bytes(0).SequenceEqual(Mnist.LoadEmbedded().Bytes(6)));
    }

    [Fact]
    public void AFolderOrFileThatMayNotBeReadIsNotSaidToBeMissing()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Takes rights away as Unix does.");
            return;
        }
        SmallMnist.WriteTo(_folder.Path);
        string labels = _folder["train-labels-idx1-ubyte"];
        void Denied(string path) => Assert.Contains($"'{path}' is denied",
            Assert.Throws<UnauthorizedAccessException>(() => Unprivileged.Run(() => Mnist.Load(Options with { Folder = _folder.Path }))).Message, StringComparison.Ordinal);
        File.SetUnixFileMode(labels, UnixFileMode.None);
        File.SetUnixFileMode(_folder.Path, UnixFileMode.OtherRead | UnixFileMode.OtherExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        Denied(labels);
        File.SetUnixFileMode(_folder.Path, UnixFileMode.None);
        Denied(_folder["train-images-idx3-ubyte"]);
        // A cache in a home that is another's: nobody asked for it.
        Unprivileged.Run(() => Assert.Equal(7, Mnist.Load(Options with { CacheFolder = _folder.Path, Limit = 7 }).Count));
        File.SetUnixFileMode(_folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public void TheNoticeGoesToTheConsoleByDefault()
    {
        var options = new MnistOptions { Folder = null, CacheFolder = _cache.Path };
        var console = Console.Out;
        using var written = new StringWriter();
        try
        {
            Console.SetOut(written);
            Mnist.Load(options);
        }
        finally
        {
            Console.SetOut(console);
        }
        Assert.Contains("10,000 embedded", written.ToString());
    }

    [Fact]
    public void NoTestDigitsAreEmbedded() =>
        Assert.Contains("Only training digits", Assert.Throws<FileNotFoundException>(() => Mnist.Load(Options with { Part = MnistPart.Test })).Message);

    [Fact]
    public void AFolderIsReadTrainingFirst()
    {
        SmallMnist.WriteTo(_folder.Path);
        var options = Options with { Folder = _folder.Path };
        var all = Mnist.Load(options);
        var train = Mnist.Load(options with { Part = MnistPart.Train });
        var test = Mnist.Load(options with { Part = MnistPart.Test });
        Assert.Equal(["MNIST 350", "MNIST training 300", "MNIST test 50"], new[] { all, train, test }.Select(set => set.Name));
        Assert.Equal([.. train.Labels!, .. test.Labels!], all.Labels);
        Assert.Equal(SmallMnist.Files["train-images-idx3-ubyte"][16..(16 + 784)], all.Bytes(0).ToArray());
        Assert.Equal(SmallMnist.Files["t10k-images-idx3-ubyte"][16..(16 + 784)], all.Bytes(300).ToArray());
        Assert.Empty(_log);
    }

    [Fact]
    public void AnotherSetIsNamedByItsFolder()
    {
        string fashion = Directory.CreateDirectory(_folder["fashion"]).FullName;
        SmallMnist.WriteTo(fashion);
        var options = Options with { Digests = Mnist.Digests };
        Assert.Equal("fashion 350", Mnist.Load(options with { Folder = fashion }).Name);
        Assert.Equal("fashion test 50", Mnist.Load(options with { Folder = fashion + Path.DirectorySeparatorChar, Part = MnistPart.Test }).Name);
    }

    [Fact]
    public void AFolderThatWasNamedMustBeThere()
    {
        string missing = _folder["missing"];
        string message = Assert.Throws<DirectoryNotFoundException>(() => Mnist.Load(Options with { Folder = missing })).Message;
        Assert.All([missing, "MNIST_DIR", .. SmallMnist.Files.Keys], text => Assert.Contains(text, message));
    }

    [Fact]
    public void AFolderThatWasNamedMustBeComplete()
    {
        SmallMnist.WriteTo(_cache.Path);
        SmallMnist.WriteTo(_folder.Path);
        File.Delete(_folder["t10k-labels-idx1-ubyte"]);
        var options = Options with { Folder = _folder.Path };
        string message = Assert.Throws<FileNotFoundException>(() => Mnist.Load(options)).Message;
        Assert.Contains($"'{_folder.Path}' lacks t10k-labels-idx1-ubyte (", message);
        Assert.Equal(300, Mnist.Load(options with { Part = MnistPart.Train }).Count);
    }

    [Fact]
    public void ADamagedFileInAFolderIsNamed()
    {
        SmallMnist.WriteTo(_folder.Path);
        string path = _folder["t10k-images-idx3-ubyte.gz"];
        byte[] bytes = File.ReadAllBytes(path);
        bytes[^7] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.Contains(path, Assert.Throws<InvalidDataException>(() => Mnist.Load(Options with { Folder = _folder.Path })).Message);
    }

    [Fact]
    public void TrainingAndTestImagesMustBeOfOneSize()
    {
        SmallMnist.WriteTo(_folder.Path);
        File.WriteAllBytes(_folder["t10k-images-idx3-ubyte.gz"], Idx.Images(50, 14, 56, new byte[50 * 784]));
        string message = Assert.Throws<InvalidDataException>(() => Mnist.Load(Options with { Folder = _folder.Path })).Message;
        Assert.All([_folder["t10k-images-idx3-ubyte.gz"], "14 × 56", "28 × 28"], text => Assert.Contains(text, message));
    }

    [Fact]
    public void ACompleteCacheIsUsedAndAnIncompleteOneIsNot()
    {
        SmallMnist.WriteTo(_cache.Path);
        Assert.Equal("MNIST 350", Mnist.Load(Options).Name);
        Assert.Empty(_log);
        File.Delete(_cache["t10k-labels-idx1-ubyte"]);
        Assert.Equal(10_000, Mnist.Load(Options).Count);
        Assert.Single(_log);
    }

    [Fact]
    public void AFailedDownloadIsNotReplacedByTheEmbeddedDigits() =>
        Assert.Contains("no mirror was given", Assert.Throws<IOException>(() => Mnist.Load(Options with { Download = true })).Message);

    [Fact]
    public void AnUnknownPartIsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>("part", () => Mnist.Load(Options with { Part = (MnistPart)7 }));

    private MnistOptions Options => SmallMnist.Options(_cache, _log);
}
