using System.Diagnostics;
using static TorchSharp.torch;

namespace Benchmarks;

/// <summary>Measures several things by turns, so that what disturbs the machine for a while disturbs all of them.</summary>
internal static class Interleaved
{
    /// <summary>Runs everything once to warm up, then in turn, round after round.</summary>
    /// <param name="rounds">Measurements of each. Range: at least 1.</param>
    /// <param name="groups">Groups of subjects; each runs what it measures and says what it took, under the same names every time.</param>
    /// <returns>The timings of each group.</returns>
    public static IReadOnlyList<IReadOnlyList<Timing>> Measure(int rounds, IReadOnlyList<IReadOnlyList<Func<IEnumerable<(string Name, double Milliseconds)>>>> groups)
    {
        var measured = groups.Select(_ => new OrderedDictionary<string, List<double>>()).ToList();
        for (int round = 0; round <= rounds; round++)
        {
            foreach (var (group, times) in groups.Zip(measured))
            {
                foreach (var (name, milliseconds) in group.SelectMany(run => run()))
                {
                    if (!times.TryAdd(name, []))
                    {
                        times[name].Add(milliseconds);
                    }
                }
            }
        }
        return [.. measured.Select(times => times.Select(entry => new Timing(entry.Key, [.. entry.Value.Order()])).ToList())];
    }

    /// <summary>A subject that is run a number of times for one measurement; the measurement is the mean.</summary>
    public static Func<IEnumerable<(string Name, double Milliseconds)>> Mean(string name, int repeats, Action run) => () =>
    {
        var clock = Stopwatch.StartNew();
        for (int i = 0; i < repeats; i++)
        {
            using var scope = NewDisposeScope();
            run();
        }
        return [(name, clock.Elapsed.TotalMilliseconds / repeats)];
    };
}
