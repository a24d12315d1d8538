using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using DeepClustering.Data;
using DeepClustering.Graphs;
using DeepClustering.Metrics;
using DeepClustering.Mixtures;
using DeepClustering.Models;
using DeepClustering.Networks;
using DeepClustering.Training;
using Spectre.Console;
using static TorchSharp.torch;

namespace Benchmarks;

/// <summary>How time and memory grow with the number of points: each size is measured once, from the smallest.</summary>
/// <remarks>Points are of ten Gaussians; digits are those at hand, repeated with noise.</remarks>
internal static class GrowthBenchmark
{
    private const int Neighbors = 10, Eigenvectors = 16, Components = 10, SampleSize = 2000, Pixels = 784, WarmUpPoints = 2000;

    /// <summary>Measures the sizes one after the other, and prints a table with the exponent of each row.</summary>
    /// <param name="points">The smallest number of points.</param>
    /// <param name="times">Its multiples, in rising order.</param>
    /// <param name="most">What would take more seconds, as the sizes before say, is not measured; null measures all.</param>
    /// <returns>Seconds by name, a number a size, null where it was not measured; and the process's peak memory after each size in MB.</returns>
    public static object Run(int points, IReadOnlyList<int> times, double? most)
    {
        // The just-in-time compiler's work is no part of the smallest size's.
        foreach (var _ in Measure(WarmUpPoints, _ => true))
        {
        }
        var rows = new OrderedDictionary<string, List<double?>>();
        var peaks = new List<double?>();
        foreach (int factor in times)
        {
            bool Short(string name) => most is null || !(Expected(times, rows.GetValueOrDefault(name) ?? []) > most);
            foreach (var (name, seconds) in Measure(points * factor, Short))
            {
                rows.TryAdd(name, []);
                rows[name].Add(seconds);
            }
            peaks.Add(Machine.PeakResident());
        }
        Print(points, times, rows, peaks);
        return new { Points = times.Select(factor => points * factor), Seconds = rows, PeakMegabytes = peaks };
    }

    /// <summary>The slope of log y over log x by least squares: 1 for what is linear, 2 for what is quadratic; NaN for fewer than two.</summary>
    internal static double Exponent(IReadOnlyList<int> x, IReadOnlyList<double?> y)
    {
        (double U, double V)[] logs = [.. x.Zip(y).Where(pair => pair.Second > 0).Select(pair => (Math.Log(pair.First), Math.Log(pair.Second!.Value)))];
        double meanU = logs.Select(log => log.U).DefaultIfEmpty().Average(), meanV = logs.Select(log => log.V).DefaultIfEmpty().Average();
        return logs.Sum(log => (log.U - meanU) * (log.V - meanV)) / logs.Sum(log => (log.U - meanU) * (log.U - meanU));
    }

    /// <summary>What the next size takes at most, by the exponent of those that were measured, or as the square after one; null before any.</summary>
    private static double? Expected(IReadOnlyList<int> times, List<double?> seconds)
    {
        int last = seconds.Count - 1;
        while (last >= 0 && seconds[last] is null)
        {
            last--;
        }
        if (last < 0)
        {
            return null;
        }
        double exponent = Exponent(times, seconds);
        return seconds[last] * Math.Pow((double)times[seconds.Count] / times[last], double.IsNaN(exponent) ? 2 : exponent);
    }

    private static IEnumerable<(string Name, double? Seconds)> Measure(int count, Func<string, bool> isShort)
    {
        (string, double?) Timed(string name, Action work, bool always = false)
        {
            if (!always && !isShort(name))
            {
                return (name, null);
            }
            var clock = Stopwatch.StartNew();
            using var scope = NewDisposeScope();
            work();
            return (name, clock.Elapsed.TotalSeconds);
        }
        using (var data = new MetricsBenchmark(count))
        {
            NearestNeighbors? found = null;
            NeighborGraph? graph = null;
            yield return Timed($"{Neighbors} nearest neighbours, exact", () => found = NearestNeighbors.Find(data.Points, Neighbors));
            // Without the neighbours there is no graph to measure.
            yield return found is null ? ("graph", null) : Timed("graph", () => graph = new NeighborGraph(found), always: true);
            yield return graph is null ? ($"{Eigenvectors} leading eigenvectors", null)
                : Timed($"{Eigenvectors} leading eigenvectors", () => SpectralEmbedding.Of(graph, Eigenvectors).Dispose());
            yield return Timed("k-means", () => KMeans.Fit(data.Points, new() { Clusters = Components }).Dispose());
            yield return Timed("Gaussian mixture, 100 iterations", () => GaussianMixture.Fit(
                data.Points, new() { Components = Components, MaxIterations = 100, Tolerance = 0 }).Dispose());
            yield return Timed("silhouette, exact", () => Silhouette.Score(data.Points, data.Labels));
            yield return Timed($"silhouette, {SampleSize:N0} sampled", () => Silhouette.Sampled(data.Points, data.Labels, SampleSize, seed: 1));
            yield return Timed("Calinski-Harabasz", () => CalinskiHarabasz.Score(data.Points, data.Labels));
        }
        var folder = Directory.CreateTempSubdirectory("growth-");
        try
        {
            WriteDigits(folder.FullName, count);
            Dataset? digits = null;
            yield return Timed("loading digits, not gzipped", () => digits = Mnist.Load(new() { Folder = folder.FullName, Log = _ => { } }), always: true);
            yield return Timed("epoch of VaDE", () =>
            {
                using var images = digits!.ToTensor();
                using var vade = new Vade(Components, new MultilayerPerceptron { InputSize = Pixels }, seed: 1);
                using var trainer = new Trainer(vade, images, new() { Epochs = 1 });
                _ = trainer.Fit().Count();
            });
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The digits at hand, repeated with noise, as the four files of MNIST, of which the second pair holds one digit.</summary>
    private static void WriteDigits(string folder, int count)
    {
        var digits = Mnist.Load(new() { Log = _ => { } });
        var random = new Random(1);
        foreach (var (prefix, rows) in new[] { ("train", Enumerable.Range(0, count - 1)), ("t10k", Enumerable.Range(count - 1, 1)) })
        {
            using var images = File.Create(Path.Combine(folder, $"{prefix}-images-idx3-ubyte"));
            using var labels = File.Create(Path.Combine(folder, $"{prefix}-labels-idx1-ubyte"));
            int length = prefix == "train" ? count - 1 : 1;
            WriteHeader(images, 0x803, length, 28, 28);
            WriteHeader(labels, 0x801, length);
            byte[] image = new byte[Pixels], noise = new byte[Pixels];
            foreach (int row in rows)
            {
                digits.Bytes(row % digits.Count).CopyTo(image);
                random.NextBytes(noise);
                for (int pixel = 0; pixel < image.Length; pixel++)
                {
                    image[pixel] = (byte)Math.Min(255, image[pixel] + (noise[pixel] & 7));
                }
                images.Write(image);
                labels.WriteByte((byte)digits.Labels![row % digits.Count]);
            }
        }
    }

    private static void WriteHeader(Stream stream, params ReadOnlySpan<int> numbers)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        foreach (int number in numbers)
        {
            BinaryPrimitives.WriteInt32BigEndian(bytes, number);
            stream.Write(bytes);
        }
    }

    private static void Print(int points, IReadOnlyList<int> times, OrderedDictionary<string, List<double?>> rows, List<double?> peaks)
    {
        static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
        var table = new Table().Title("Seconds by the number of points, 10 dimensions (≈: not measured, but what the exponent says)").AddColumn("");
        foreach (int factor in times)
        {
            table.AddColumn(Text($"{points * factor:N0}"), column => column.RightAligned());
        }
        table.AddColumn("exponent", column => column.RightAligned());
        foreach (var (name, seconds) in rows)
        {
            double exponent = Exponent(times, seconds);
            // One size says nothing of the next.
            var cells = seconds.Select((value, i) => value is not null ? Text($"{value:F3}")
                : double.IsNaN(exponent) ? "" : Text($"≈ {Expected(times, [.. seconds.Take(i)]):F1}"));
            table.AddRow([name, .. cells, double.IsNaN(exponent) ? "" : Text($"{exponent:F2}")]);
        }
        table.AddRow(["peak memory until then, MB", .. peaks.Select(peak => Text($"{peak:F0}")), Text($"{Exponent(times, peaks):F2}")]);
        AnsiConsole.Write(table);
    }
}
