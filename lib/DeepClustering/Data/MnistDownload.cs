using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using DeepClustering.Storage;

namespace DeepClustering.Data;

/// <summary>Downloads MNIST into the cache folder: checked, resumable, safe against a second process that does the same.</summary>
/// <remarks>
/// A file arrives as "name.gz.part", which the next attempt continues, at whichever mirror; it gets its name only when SHA-256 of its content
/// is right. "download.lock" is held meanwhile and stays behind, since deleting a lock that another process waits for would undo it.
/// </remarks>
internal static class MnistDownload
{
    /// <summary>More than MNIST's largest file even without gzip; a mirror that sends more is given up.</summary>
    private const long MaxFileBytes = 1L << 26;

    private const int ReportStepPercent = 5;

    private static readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };
    private static readonly TimeSpan _lockPollInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Downloads the files of <see cref="MnistOptions.Part"/> that the cache folder lacks.</summary>
    /// <param name="options">Part, cache folder, mirrors, digests, idle timeout and log are used.</param>
    /// <param name="cancellationToken">Stops at once; the next call goes on with what has arrived.</param>
    /// <exception cref="IOException">No mirror gave a whole and unchanged file; the message lists what went wrong with each.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task RunAsync(MnistOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (Mnist.MissingFiles(options.CacheFolder, options.Part).Count == 0)
        {
            return;
        }
        Directory.CreateDirectory(options.CacheFolder);
        using var theLock = await LockAsync(Path.Combine(options.CacheFolder, "download.lock"), options.Log, cancellationToken).ConfigureAwait(false);
        foreach (string name in Mnist.MissingFiles(options.CacheFolder, options.Part))
        {
            await GetFileAsync(name, options, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<FileStream> LockAsync(string path, Action<string> log, CancellationToken cancellationToken)
    {
        for (bool waiting = false; ; waiting = true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (IsSharingViolation(e))
            {
                if (!waiting)
                {
                    log($"Another process is downloading into '{Path.GetDirectoryName(path)}': waiting for it.");
                }
            }
            await Task.Delay(_lockPollInterval, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Windows' ERROR_SHARING_VIOLATION, or EWOULDBLOCK as Linux (11) and macOS (35) number it.</summary>
    private static bool IsSharingViolation(IOException e) => e.HResult is unchecked((int)0x80070020) or 11 or 35;

    private static async Task GetFileAsync(string name, MnistOptions options, CancellationToken cancellationToken)
    {
        string target = Path.Combine(options.CacheFolder, name + ".gz");
        List<string> failures = [];
        foreach (var mirror in options.Mirrors)
        {
            var source = new Uri(mirror, name + ".gz");
            try
            {
                await GetFromMirrorAsync(source, name, target, options, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (Exception e) when (e is HttpRequestException or IOException or TimeoutException)
            {
                failures.Add($"{source}: {e.Message}");
                options.Log($"{source}: {e.Message}");
            }
        }
        throw new IOException($"'{target}' could not be downloaded:{Environment.NewLine}  "
            + string.Join(Environment.NewLine + "  ", failures.DefaultIfEmpty("no mirror was given")));
    }

    private static async Task GetFromMirrorAsync(Uri source, string name, string target, MnistOptions options, CancellationToken cancellationToken)
    {
        string part = target + ".part";
        bool resumed = await FetchAsync(source, part, options, cancellationToken).ConfigureAwait(false);
        if (!IsGenuine(part, name, options))
        {
            File.Delete(part);
            if (!resumed)
            {
                throw new IOException("what it sent is not MNIST's file (SHA-256 differs)");
            }
            // The beginning may have come from elsewhere and be what is wrong.
            await GetFromMirrorAsync(source, name, target, options, cancellationToken).ConfigureAwait(false);
            return;
        }
        File.Move(part, target, overwrite: true);
        options.Log($"{Path.GetFileName(target)}: checked and in '{options.CacheFolder}'.");
    }

    private static bool IsGenuine(string path, string name, MnistOptions options)
    {
        try
        {
            return IdxFile.ContentDigest(path) == options.Digests[name];
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    /// <summary>Appends to the part file what it lacks, or writes it anew where the server sends it from the start.</summary>
    /// <returns>Whether the file begins with bytes of an earlier attempt.</returns>
    private static async Task<bool> FetchAsync(Uri source, string part, MnistOptions options, CancellationToken cancellationToken)
    {
        if (Disk.IsLink(part))
        {
            File.Delete(part);
        }
        using var file = new FileStream(part, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
        using var idle = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            idle.CancelAfter(options.IdleTimeout);
            using var request = new HttpRequestMessage(HttpMethod.Get, source);
            request.Headers.Range = file.Length > 0 ? new RangeHeaderValue(file.Length, null) : null;
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, idle.Token).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && file.Length > 0)
            {
                return true;   // nothing is left to fetch
            }
            file.Position = StartOf(response, file.Length);
            file.SetLength(file.Position);
            bool resumed = file.Length > 0;
            using var body = await response.Content.ReadAsStreamAsync(idle.Token).ConfigureAwait(false);
            await CopyAsync(body, file, file.Length + response.Content.Headers.ContentLength, options, idle).ConfigureAwait(false);
            file.Flush(flushToDisk: true);
            return resumed;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"nothing arrived for {options.IdleTimeout.TotalSeconds} s");
        }
    }

    /// <summary>Where the body of a response belongs in the file: at its end if the range was honoured, else at 0.</summary>
    private static long StartOf(HttpResponseMessage response, long asked)
    {
        response.EnsureSuccessStatusCode();
        if (response.StatusCode != HttpStatusCode.PartialContent)
        {
            return 0;
        }
        long? start = response.Content.Headers.ContentRange?.From;
        return start == asked ? asked : throw new HttpRequestException($"it sent the file from byte {start} on, asked for {asked}");
    }

    private static async Task CopyAsync(Stream body, FileStream file, long? total, MnistOptions options, CancellationTokenSource idle)
    {
        byte[] buffer = new byte[1 << 16];
        long step = total * ReportStepPercent / 100 ?? 1 << 20;
        long nextReport = file.Position + step;
        while (true)
        {
            idle.CancelAfter(options.IdleTimeout);
            int read = await body.ReadAsync(buffer, idle.Token).ConfigureAwait(false);
            if (read == 0)
            {
                return;
            }
            // Never cancelled half-way: the part file is always a beginning of the whole.
            await file.WriteAsync(buffer.AsMemory(0, read), CancellationToken.None).ConfigureAwait(false);
            if (file.Position > MaxFileBytes)
            {
                file.SetLength(0);
                throw new HttpRequestException($"it sent more than {MaxFileBytes} bytes");
            }
            if (file.Position >= nextReport)
            {
                options.Log(ProgressLine(file, total));
                nextReport = file.Position + step;
            }
        }
    }

    private static string ProgressLine(FileStream file, long? total)
    {
        string name = Path.GetFileNameWithoutExtension(file.Name);
        return total is { } bytes
            ? string.Create(CultureInfo.InvariantCulture, $"{name}: {100 * file.Position / bytes} % of {bytes / 1e6:0.0##} MB")
            : string.Create(CultureInfo.InvariantCulture, $"{name}: {file.Position / 1e6:0.0} MB");
    }
}
