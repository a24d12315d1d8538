using System.Globalization;

namespace DeepClustering.Devices;

/// <summary>What Linux says that the processors which this program may use have done since the machine started, in the clock's ticks.</summary>
/// <param name="Busy">Those that something ran in, of whatever priority: between sessions a low one gives way to nobody.</param>
/// <param name="All">All of them.</param>
/// <param name="Processors">How many processors it may use.</param>
internal readonly record struct ProcessorTimes(long Busy, long All, int Processors)
{
    /// <summary>Where it says so.</summary>
    public const string File = "/proc/stat";

    private const string Processor = "cpu";

    private static readonly Lazy<IReadOnlySet<int>> _allowed = new(() => ReadAllowed(System.IO.File.ReadLines("/proc/self/status")));

    /// <summary>The numbers of the processors that this program may run on.</summary>
    public static IReadOnlySet<int> Allowed => _allowed.Value;

    /// <summary>Until now.</summary>
    public static ProcessorTimes Now() => Parse(System.IO.File.ReadLines(File), Allowed);

    /// <summary>Reads the file: for each processor a line "cpu0 user nice system idle iowait irq softirq steal …", after one like it for all.</summary>
    /// <param name="lines">The file's lines.</param>
    /// <param name="allowed">The numbers of the processors that count.</param>
    internal static ProcessorTimes Parse(IEnumerable<string> lines, IReadOnlySet<int> allowed)
    {
        long[][] processors = [.. from line in lines.TakeWhile(line => line.StartsWith(Processor, StringComparison.Ordinal)).Skip(1)
                                  let words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                                  where allowed.Contains(Number(words[0][Processor.Length..]))
                                  select words.Skip(1).Take(8).Select(word => long.Parse(word, CultureInfo.InvariantCulture)).ToArray()];
        return new(processors.Sum(ticks => ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6]), processors.Sum(ticks => ticks.Sum()), processors.Length);
    }

    /// <summary>The numbers of the processors that a process may run on, from its status: "Cpus_allowed_list: 0-3,8".</summary>
    /// <param name="status">The lines of /proc/self/status.</param>
    internal static IReadOnlySet<int> ReadAllowed(IEnumerable<string> status)
    {
        const string Name = "Cpus_allowed_list:";
        var ranges = from line in status
                     where line.StartsWith(Name, StringComparison.Ordinal)
                     from range in line[Name.Length..].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                     select range.Split('-');
        return ranges.SelectMany(ends => Enumerable.Range(Number(ends[0]), Number(ends[^1]) - Number(ends[0]) + 1)).ToHashSet();
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>How many processors were busy between an earlier moment and this one, on average.</summary>
    public double BusySince(ProcessorTimes earlier) => All == earlier.All ? 0 : (double)(Busy - earlier.Busy) / (All - earlier.All) * Processors;
}
