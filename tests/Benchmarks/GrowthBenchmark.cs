using System.Diagnostics;
using System.Globalization;
using DeepClustering.Graphs;
using DeepClustering.Metrics;
using DeepClustering.Mixtures;
using Spectre.Console;
using static TorchSharp.torch;

namespace Benchmarks;

/// <summary>How time and memory grow with the number of points: each size is measured once, from the smallest.</summary>
internal static class GrowthBenchmark
{
    private const int Neighbors = 10, Eigenvectors = 16, Components = 10, SampleSize = 2000;

    /// <summary>Measures the sizes one after the other, and prints a table with the exponent of each row.</summary>
    /// <param name="points">The smallest number of points.</param>
    /// <param name="times">Its multiples, in rising order.</param>
    /// <returns>Seconds by name, a number a size, and the process's peak memory after each size in MB.</returns>
    public static object Run(int points, IReadOnlyList<int> times)
    {
        var seconds = new OrderedDictionary<string, List<double>>();
        var peaks = new List<double>();
        foreach (int factor in times)
        {
            foreach (var (name, taken) in Measure(points * factor))
            {
                seconds.TryAdd(name, []);
                seconds[name].Add(taken);
            }
            peaks.Add(Machine.PeakResident() ?? double.NaN);
        }
        Print(points, times, seconds, peaks);
        return new { Points = times.Select(factor => points * factor), Seconds = seconds, PeakMegabytes = peaks };
    }

    /// <summary>The slope of log y over log x by least squares: 1 for what is linear, 2 for what is quadratic.</summary>
    internal static double Exponent(IReadOnlyList<int> x, IReadOnlyList<double> y)
    {
        double[] u = [.. x.Select(value => Math.Log(value))], v = [.. y.Select(value => Math.Log(value))];
        double meanU = u.Average(), meanV = v.Average();
        return u.Zip(v, (a, b) => (a - meanU) * (b - meanV)).Sum() / u.Sum(a => (a - meanU) * (a - meanU));
    }

    private static IEnumerable<(string Name, double Seconds)> Measure(int count)
    {
        using var data = new MetricsBenchmark(count);
        (string, double) Timed(string name, Action work)
        {
            var clock = Stopwatch.StartNew();
            using var scope = NewDisposeScope();
            work();
            return (name, clock.Elapsed.TotalSeconds);
        }
        NearestNeighbors? found = null;
        NeighborGraph? graph = null;
        yield return Timed($"{Neighbors} nearest neighbours, exact", () => found = NearestNeighbors.Find(data.Points, Neighbors));
        yield return Timed("graph", () => graph = new NeighborGraph(found!));
        yield return Timed($"{Eigenvectors} leading eigenvectors", () => SpectralEmbedding.Of(graph!, Eigenvectors).Dispose());
        yield return Timed("k-means", () => KMeans.Fit(data.Points, new() { Clusters = Components }).Dispose());
        yield return Timed("Gaussian mixture, 100 iterations", () => GaussianMixture.Fit(
            data.Points, new() { Components = Components, MaxIterations = 100, Tolerance = 0 }).Dispose());
        yield return Timed("silhouette, exact", () => Silhouette.Score(data.Points, data.Labels));
        yield return Timed($"silhouette, {SampleSize:N0} sampled", () => Silhouette.Sampled(data.Points, data.Labels, SampleSize, seed: 1));
        yield return Timed("Calinski-Harabasz", () => CalinskiHarabasz.Score(data.Points, data.Labels));
    }

    private static void Print(int points, IReadOnlyList<int> times, OrderedDictionary<string, List<double>> seconds, List<double> peaks)
    {
        static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
        var table = new Table().Title("Seconds by the number of points, 10 dimensions").AddColumn("");
        foreach (int factor in times)
        {
            table.AddColumn(Text($"{points * factor:N0}"), column => column.RightAligned());
        }
        table.AddColumn("exponent", column => column.RightAligned());
        foreach (var (name, taken) in seconds)
        {
            table.AddRow([name, .. taken.Select(value => Text($"{value:F3}")), Text($"{Exponent(times, taken):F2}")]);
        }
        table.AddRow(["peak memory until then, MB", .. peaks.Select(peak => Text($"{peak:F0}")), Text($"{Exponent(times, peaks):F2}")]);
        AnsiConsole.Write(table);
    }
}
