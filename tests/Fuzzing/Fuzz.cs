using System.Diagnostics;
using System.Globalization;
using System.Text;
using Xunit;

namespace Fuzzing;

/// <summary>Gives a reader hostile inputs: it may read them or throw what it documents, and may take little memory and time.</summary>
/// <remarks>FUZZ_CASES sets how many inputs, FUZZ_SEED which. An input depends on the seed and its number alone.</remarks>
internal static class Fuzz
{
    private static readonly TimeSpan _hangs = TimeSpan.FromSeconds(30);

    /// <summary>Feeds the reader.</summary>
    /// <param name="input">Makes an input.</param>
    /// <param name="read">The reader. It must read some inputs and refuse some, or the inputs are not near enough to real ones.</param>
    /// <param name="documented">Whether an exception is one that the reader may throw.</param>
    /// <param name="allowance">Bytes that it may allocate for an input.</param>
    /// <param name="oneIn">Runs one case in so many, where a case takes long.</param>
    public static void Run(
        Func<Random, byte[]> input, Action<byte[]> read, Func<Exception, bool> documented, Func<byte[], long> allowance, int oneIn = 1)
    {
        int cases = Math.Max(1, Setting("FUZZ_CASES", 3000) / oneIn), seed = Setting("FUZZ_SEED", 1), current = 0, refused = 0;
        double most = 0;
        // What hangs cannot be stopped from within: the process ends, and says at which case.
        int seen = -1;
        using var watch = new Timer(_ =>
        {
            int now = Volatile.Read(ref current);
            if (now == seen)
            {
                Environment.FailFast($"Case {now} of seed {seed} took longer than {_hangs}.");
            }
            seen = now;
        }, null, _hangs, _hangs);

        var clock = Stopwatch.StartNew();
        for (; current < cases; Volatile.Write(ref current, current + 1))
        {
            byte[] bytes = input(new Random(unchecked((seed * 1_000_003) + current)));
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                read(bytes);
            }
            catch (Exception e) when (documented(e))
            {
                refused++;
            }
            catch (Exception e)
            {
                Assert.Fail($"Case {current} of seed {seed}, {Text(bytes)}: {e}");
            }
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before, allowed = allowance(bytes);
            // The first cases also pay for what the process makes once.
            if (current > cases / 100)
            {
                Assert.True(allocated <= allowed, $"Case {current} of seed {seed}, {Text(bytes)}: {allocated} bytes were allocated, expected at most {allowed}.");
                most = Math.Max(most, (double)allocated / allowed);
            }
        }
        Assert.InRange(refused, 1, cases - 1);
        TestContext.Current.SendDiagnosticMessage(string.Create(CultureInfo.InvariantCulture,
            $"{cases} cases (seed {seed}) in {clock.Elapsed.TotalSeconds:F0} s: {cases - refused} read, {refused} refused; at most {most:P0} of the memory allowed"));
    }

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    private static string Text(byte[] bytes)
    {
        const int most = 1000;
        return $"{bytes.Length} bytes, base64 {Convert.ToBase64String(bytes.AsSpan(0, Math.Min(bytes.Length, most)))}, as text {Encoding.UTF8.GetString(bytes.AsSpan(0, Math.Min(bytes.Length, most)))}";
    }
}
