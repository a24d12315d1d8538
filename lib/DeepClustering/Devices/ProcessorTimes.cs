using System.Globalization;

namespace DeepClustering.Devices;

/// <summary>What Linux says that the machine's processors have done since it started, in the clock's ticks.</summary>
/// <param name="Busy">Those that something ran in, of whatever priority: between sessions a low one gives way to nobody.</param>
/// <param name="All">All of them.</param>
/// <param name="Processors">How many processors there are.</param>
internal readonly record struct ProcessorTimes(long Busy, long All, int Processors)
{
    /// <summary>Where it says so.</summary>
    public const string File = "/proc/stat";

    /// <summary>Until now.</summary>
    public static ProcessorTimes Now() => Parse(System.IO.File.ReadLines(File));

    /// <summary>Reads the file: its first line is "cpu user nice system idle iowait irq softirq steal …", one like it follows for each processor.</summary>
    /// <param name="lines">The file's lines.</param>
    internal static ProcessorTimes Parse(IEnumerable<string> lines)
    {
        string[] rows = [.. lines.TakeWhile(line => line.StartsWith("cpu", StringComparison.Ordinal))];
        long[] ticks = [.. rows[0].Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8).Select(text => long.Parse(text, CultureInfo.InvariantCulture))];
        return new(ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6], ticks.Sum(), rows.Length - 1);
    }

    /// <summary>How many processors were busy between an earlier moment and this one, on average.</summary>
    public double BusySince(ProcessorTimes earlier) => All == earlier.All ? 0 : (double)(Busy - earlier.Busy) / (All - earlier.All) * Processors;
}
