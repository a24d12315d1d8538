using System.Net;
using System.Net.Sockets;
using DeepClustering.Data;
using Xunit;

namespace DeepClustering.Tests.Data;

public sealed class MnistDownloadTests : IDisposable
{
    private const string Images = "train-images-idx3-ubyte.gz";

    private static readonly Dictionary<string, byte[]> _files =
        SmallMnist.Files.ToDictionary(file => file.Key + ".gz", file => Idx.Gzip(file.Value));

    private static readonly TimeSpan _brief = TimeSpan.FromSeconds(2);

    private readonly TemporaryFolder _cache = new();
    private readonly List<string> _log = [];
    private readonly List<MirrorServer> _servers = [];

    public void Dispose()
    {
        _servers.ForEach(server => server.Dispose());
        _cache.Dispose();
    }

    [Fact]
    public void LoadDownloadsOnceAndSaysHowFarItIs()
    {
        var good = GoodServer();
        var options = Options(good) with { Download = true };
        Assert.Equal("MNIST 350", Mnist.Load(options).Name);
        Assert.Equal("MNIST 350", Mnist.Load(options).Name);
        Assert.Equal(4, good.Requests.Count);
        Assert.Equal(_files.Keys.Append("download.lock").Order(StringComparer.Ordinal), CacheFiles());
        Assert.InRange(_log.Count(line => line.StartsWith(Images, StringComparison.Ordinal) && line.Contains(" % of 0.2")), 2, 20);
        Assert.Contains(_log, line => line.StartsWith(Images, StringComparison.Ordinal) && line.Contains("checked"));
    }

    [Fact]
    public async Task OnlyWhatThePartNeedsIsDownloaded()
    {
        var good = GoodServer();
        await RunAsync(Options(good) with { Part = MnistPart.Test });
        Assert.Equal(["t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"], good.Requests.Select(request => request.File));
    }

    [Fact]
    public async Task TheNextMirrorServesWhatOneDoesNotHave()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var nobody = new Uri($"http://{listener.LocalEndpoint}/");
        listener.Stop();
        await RunAsync(Options(Server(_ => MirrorServer.NotFound), GoodServer()));
        AssertWhole();
        File.Delete(_cache[Images]);
        await RunAsync(Options() with { Mirrors = [nobody, GoodServer().Address] });
        AssertWhole();
        Assert.Contains(_log, line => line.StartsWith(nobody.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task TheNextMirrorContinuesWhatOneCutShort()
    {
        var cutting = Server(request => Beginning(request, 100_000));
        var good = GoodServer();
        await RunAsync(Options(cutting, good));
        AssertWhole();
        Assert.Contains(new MirrorRequest(Images, 100_000), good.Requests);
        Assert.Contains(_log, line => line.Contains(cutting.Address.ToString()));
    }

    [Fact]
    public async Task TheNextMirrorContinuesWhereOneFellSilent()
    {
        var silent = Server(request => request.File == Images ? Beginning(request, 70_000) with { ThenStalls = true } : MirrorServer.NotFound);
        var good = GoodServer();
        await RunAsync(Options(silent, good) with { IdleTimeout = _brief });
        AssertWhole();
        Assert.Contains(new MirrorRequest(Images, 70_000), good.Requests);
        Assert.Contains(_log, line => line.Contains("nothing arrived for 2 s"));
    }

    [Fact]
    public async Task ASlowButSteadyMirrorIsNotGivenUp()
    {
        // Ten pauses are longer than the idle timeout, one is not.
        var pause = TimeSpan.FromMilliseconds(400);
        var slow = Server(request => MirrorServer.Whole(_files[request.File]) with { Pause = request.File == Images ? pause : default });
        await RunAsync(Options(slow) with { IdleTimeout = 7 * pause });
        AssertWhole();
        Assert.Equal(4, slow.Requests.Count);
    }

    [Fact]
    public async Task ATruncationWithoutALengthIsNoticed()
    {
        var cutting = Server(request => Beginning(request, 1000) with { AnnouncedLength = null });
        var lengthless = Server(request => MirrorServer.Whole(_files[request.File]) with { AnnouncedLength = null });
        await RunAsync(Options(cutting, lengthless));
        AssertWhole();
    }

    [Fact]
    public async Task WhatIsNotMnistIsThrownAway()
    {
        var other = Server(request => MirrorServer.Range(Idx.Gzip(Idx.Labels(1, 2, 3)), request.From));
        var page = Server(request => MirrorServer.Range("<html>Please log in</html>"u8.ToArray(), request.From));
        var damaged = Server(request => MirrorServer.Range(Damaged(_files[request.File]), request.From));
        var good = GoodServer();
        await RunAsync(Options(other, page, damaged, good));
        AssertWhole();
        Assert.All(good.Requests, request => Assert.Null(request.From));
    }

    [Fact]
    public async Task AnInterruptedDownloadIsContinued()
    {
        File.WriteAllBytes(PartFile, _files[Images][..50_000]);
        var good = GoodServer();
        await RunAsync(Options(good));
        AssertWhole();
        Assert.Contains(new MirrorRequest(Images, 50_000), good.Requests);
    }

    [Fact]
    public async Task AServerWithoutRangesSendsItAllAgain()
    {
        File.WriteAllBytes(PartFile, Idx.RandomBytes(500_000, seed: 4));
        await RunAsync(Options(Server(request => MirrorServer.Whole(_files[request.File]))));
        AssertWhole();
    }

    [Fact]
    public async Task ABeginningThatDoesNotFitIsThrownAway()
    {
        File.WriteAllBytes(PartFile, Idx.RandomBytes(50_000, seed: 3));
        var good = GoodServer();
        await RunAsync(Options(good));
        AssertWhole();
        Assert.Equal([50_000L, null], good.Requests.Where(request => request.File == Images).Select(request => request.From));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public async Task APartFileThatIsWholeOrLongerIsDealtWith(int extraBytes)
    {
        File.WriteAllBytes(PartFile, [.. _files[Images], .. Idx.RandomBytes(extraBytes, seed: 5)]);
        await RunAsync(Options(GoodServer()));
        AssertWhole();
    }

    [Fact]
    public async Task ARangeThatWasNotAskedForIsNotAppended()
    {
        File.WriteAllBytes(PartFile, _files[Images][..50_000]);
        var confused = Server(request => MirrorServer.Range(_files[request.File], request.From - 10));
        await RunAsync(Options(confused, GoodServer()));
        AssertWhole();
        Assert.Contains(_log, line => line.Contains("from byte 49990 on, asked for 50000"));
    }

    [Fact]
    public async Task AMirrorThatNeverEndsIsGivenUp()
    {
        byte[] flood = new byte[(1 << 26) + 1];
        var error = await Assert.ThrowsAsync<IOException>(() => RunAsync(Options(Server(_ => MirrorServer.Whole(flood)))));
        Assert.Contains($"more than {1 << 26} bytes", error.Message);
        Assert.Equal(0, new FileInfo(PartFile).Length);
    }

    [Fact]
    public async Task ATotalFailureListsEveryMirror()
    {
        var missing = Server(_ => MirrorServer.NotFound);
        var silent = Server(_ => MirrorServer.Whole(new byte[10]) with { Body = default, ThenStalls = true });
        var damaged = Server(request => MirrorServer.Whole(Damaged(_files[request.File])));
        var error = await Assert.ThrowsAsync<IOException>(() => RunAsync(Options(missing, silent, damaged) with { IdleTimeout = _brief }));
        string[] lines = error.Message.Split(Environment.NewLine);
        Assert.Equal(4, lines.Length);
        Assert.Contains(_cache[Images], lines[0]);
        Assert.Contains($"{missing.Address}{Images}: ", lines[1]);
        Assert.Contains("404", lines[1]);
        Assert.Contains($"{silent.Address}{Images}: nothing arrived", lines[2]);
        Assert.Contains($"{damaged.Address}{Images}: what it sent is not MNIST's file", lines[3]);
        Assert.Equal(["download.lock"], CacheFiles());
    }

    [Fact]
    public async Task ACancelledDownloadIsContinuedByTheNext()
    {
        using var cancellation = new CancellationTokenSource();
        var silent = Server(request => Beginning(request, 120_000) with { ThenStalls = true });
        var options = Options(silent);
        var log = options.Log;
        var cancelled = options with
        {
            Log = line =>
            {
                log(line);
                if (line.Contains("% of"))
                {
                    cancellation.CancelAfter(TimeSpan.FromMilliseconds(50));
                }
            },
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => MnistDownload.RunAsync(cancelled, cancellation.Token));
        byte[] arrived = File.ReadAllBytes(PartFile);
        Assert.NotEmpty(arrived);
        Assert.Equal(_files[Images][..arrived.Length], arrived);

        var good = GoodServer();
        await RunAsync(Options(good));
        AssertWhole();
        Assert.Contains(new MirrorRequest(Images, arrived.Length), good.Requests);
    }

    [Fact]
    public async Task TwoAtOnceDownloadEachFileOnce()
    {
        var good = GoodServer();
        await Task.WhenAll(RunAsync(Options(good)), RunAsync(Options(good)));
        AssertWhole();
        Assert.Equal(_files.Keys.Order(StringComparer.Ordinal), good.Requests.Select(request => request.File).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task TheLockOfAnotherProcessIsWaitedFor()
    {
        var good = GoodServer();
        Task download;
        using (new FileStream(_cache["download.lock"], FileMode.Create, FileAccess.ReadWrite, FileShare.None))
        {
            download = RunAsync(Options(good));
            Assert.Contains("waiting", Assert.Single(_log));
            Assert.Empty(good.Requests);
        }
        await download;
        AssertWhole();
    }

    private string PartFile => _cache[Images + ".part"];

    private static Task RunAsync(MnistOptions options) => MnistDownload.RunAsync(options, TestContext.Current.CancellationToken);

    private static byte[] Damaged(byte[] zipped)
    {
        byte[] damaged = [.. zipped];
        damaged[damaged.Length / 2] ^= 1;
        return damaged;
    }

    /// <summary>Announces the whole file and sends its beginning.</summary>
    private static MirrorReply Beginning(MirrorRequest request, int length)
    {
        byte[] file = _files[request.File];
        return MirrorServer.Whole(file) with { Body = file.AsMemory(0, Math.Min(length, file.Length - 1)) };
    }

    private MnistOptions Options(params MirrorServer[] mirrors) =>
        SmallMnist.Options(_cache, _log) with { Mirrors = [.. mirrors.Select(mirror => mirror.Address)] };

    private MirrorServer GoodServer() => Server(request => MirrorServer.Range(_files[request.File], request.From));

    private MirrorServer Server(Func<MirrorRequest, MirrorReply> reply)
    {
        var server = new MirrorServer(reply);
        _servers.Add(server);
        return server;
    }

    private IEnumerable<string> CacheFiles() =>
        Directory.GetFiles(_cache.Path).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    private void AssertWhole()
    {
        Assert.Equal(_files.Keys.Append("download.lock").Order(StringComparer.Ordinal), CacheFiles());
        Assert.All(_files, file => Assert.Equal(file.Value, File.ReadAllBytes(_cache[file.Key])));
    }
}
