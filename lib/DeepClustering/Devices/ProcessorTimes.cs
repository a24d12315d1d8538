using System.Diagnostics;
using System.Globalization;

namespace DeepClustering.Devices;

/// <summary>What Linux says that the machine's processors have done since it started, in the clock's ticks.</summary>
/// <param name="Busy">Those that something ran in.</param>
/// <param name="All">All of them.</param>
/// <param name="Processors">How many processors there are.</param>
internal readonly record struct ProcessorTimes(long Busy, long All, int Processors)
{
    /// <summary>Where it says so.</summary>
    public const string File = "/proc/stat";

    /// <summary>Programs of a lower priority give way by themselves, unless this one has it, too.</summary>
    private static readonly Lazy<bool> _hasLowPriority = new(() =>
    {
        using var process = Process.GetCurrentProcess();
        return process.PriorityClass != ProcessPriorityClass.Normal;
    });

    /// <summary>Until now.</summary>
    public static ProcessorTimes Now() => Parse(System.IO.File.ReadLines(File), _hasLowPriority.Value);

    /// <summary>Reads the file: its first line is "cpu user nice system idle iowait irq softirq steal …", one like it follows for each processor.</summary>
    /// <param name="lines">The file's lines.</param>
    /// <param name="lowPriority">Whether what runs at a low priority ("nice") counts as busy.</param>
    internal static ProcessorTimes Parse(IEnumerable<string> lines, bool lowPriority)
    {
        string[] rows = [.. lines.TakeWhile(line => line.StartsWith("cpu", StringComparison.Ordinal))];
        long[] ticks = [.. rows[0].Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8).Select(text => long.Parse(text, CultureInfo.InvariantCulture))];
        long busy = ticks[0] + ticks[2] + ticks[5] + ticks[6] + (lowPriority ? ticks[1] : 0);
        return new(busy, ticks.Sum(), rows.Length - 1);
    }

    /// <summary>How many processors were busy between an earlier moment and this one, on average.</summary>
    public double BusySince(ProcessorTimes earlier) => All == earlier.All ? 0 : (double)(Busy - earlier.Busy) / (All - earlier.All) * Processors;
}
