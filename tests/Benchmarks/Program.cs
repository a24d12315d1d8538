using System.CommandLine;
using Benchmarks;
using DeepClustering.Data;
using DeepClustering.Networks;
using DeepClustering.Training;
using static TorchSharp.torch;

const double AllDigits = 70_000;

Option<int[]> batchSizes = new("--batch-size")
{
    Description = "Digits a step; several are measured by turns.",
    DefaultValueFactory = _ => [128],
    AllowMultipleArgumentsPerToken = true,
};
Option<Precision[]> precisions = new("--precision")
{
    Description = "Precision of the matrix products; several are measured by turns.",
    DefaultValueFactory = _ => [Precision.Full],
    AllowMultipleArgumentsPerToken = true,
};
Option<int> threads = new("--threads") { Description = "Threads torch computes with.", DefaultValueFactory = _ => get_num_threads(), Recursive = true };
Option<int> rounds = new("--rounds") { Description = "Measurements of each.", DefaultValueFactory = _ => 20, Recursive = true };
Option<int> steps = new("--steps") { Description = "Training steps a measurement is the mean of.", DefaultValueFactory = _ => 20 };
Option<string?> json = new("--json") { Description = "File for the same figures as JSON.", Recursive = true };
Option<int> count = new("--points") { Description = "Points that the metrics rate and the graph connects.", DefaultValueFactory = _ => (int)AllDigits };
Option<int[]> times = new("--times")
{
    Description = "Multiples of the number of points; the smallest is measured first.",
    DefaultValueFactory = _ => [1, 2, 4, 8],
    AllowMultipleArgumentsPerToken = true,
};
Option<double?> most = new("--seconds") { Description = "What would take longer, as the sizes before say, is not measured." };
Option<string?> export = new("--export") { Description = "Folder to write the points to, for other programs." };
Option<double> residual = new("--residual") { Description = "Residual of the graph's eigenvectors to stop at.", DefaultValueFactory = _ => 1e-7 };
Option<int> epochs = new("--epochs") { Description = "Epochs of VaDE.", DefaultValueFactory = _ => 20 };

Command training = new("training", "A training step of each model and its parts, beside the matrix products of its layers.") { batchSizes, precisions, steps };
training.SetAction(parse =>
{
    set_num_threads(parse.GetValue(threads));
    using var images = Mnist.Load().ToTensor();
    var settings = from precision in parse.GetRequiredValue(precisions)
                   from batchSize in parse.GetRequiredValue(batchSizes)
                   select new TrainingOptions { BatchSize = batchSize, Precision = precision };
    var benchmarks = settings.Select(options => new TrainingBenchmark(images, options, parse.GetValue(steps))).ToList();
    var report = new Report();
    foreach (var (benchmark, timings) in benchmarks.Zip(Interleaved.Measure(parse.GetValue(rounds), [.. benchmarks.Select(benchmark => benchmark.Subjects())])))
    {
        report.Add(benchmark.ToString(), timings, AllDigits / benchmark.BatchSize);
        benchmark.Dispose();
    }
    Finish(report, parse, null);
});

Command metrics = new("metrics", "Silhouette, Calinski-Harabasz, the mixture's fit and the loader.") { count, export };
metrics.SetAction(parse =>
{
    set_num_threads(parse.GetValue(threads));
    using var benchmark = new MetricsBenchmark(parse.GetValue(count));
    if (parse.GetValue(export) is { } folder)
    {
        benchmark.Export(folder);
    }
    var report = new Report();
    report.Add($"{parse.GetValue(count):N0} points of 10 dimensions", Interleaved.Measure(parse.GetValue(rounds), [benchmark.Subjects()])[0]);
    Finish(report, parse, benchmark.Values());
});

Command graph = new("graph", "Nearest neighbours, their graph and its leading eigenvectors.") { count, export, residual };
graph.SetAction(parse =>
{
    set_num_threads(parse.GetValue(threads));
    using var benchmark = new GraphBenchmark(parse.GetValue(count), parse.GetValue(residual));
    if (parse.GetValue(export) is { } folder)
    {
        benchmark.Export(folder);
    }
    var report = new Report();
    report.Add($"{parse.GetValue(count):N0} points of 10 dimensions", Interleaved.Measure(parse.GetValue(rounds), [benchmark.Subjects()])[0]);
    Finish(report, parse, benchmark.Values());
});

Command growth = new("growth", "How time and memory of loading, neighbours, graph, mixture, metrics and training grow with the number of points.") { count, times, most };
growth.SetAction(parse =>
{
    set_num_threads(parse.GetValue(threads));
    Finish(new Report(), parse, GrowthBenchmark.Run(parse.GetValue(count), [.. parse.GetRequiredValue(times).Order()], parse.GetValue(most)));
});

Command memory = new("memory", "Memory over the epochs of a VaDE training, pretraining included.") { epochs };
memory.SetAction(parse =>
{
    set_num_threads(parse.GetValue(threads));
    var resident = MemoryBenchmark.Run(parse.GetValue(epochs), new());
    Finish(new Report(), parse, new { ResidentMegabytes = resident });
});

Option<long> seed = new("--seed") { Description = "The root of all that is random.", DefaultValueFactory = _ => 1 };
Command gate = new("gate", "The recipe in a short form on the embedded digits; fails where its accuracy is below a bound.") { seed };
gate.SetAction(parse =>
{
    set_num_threads(parse.GetValue(threads));
    return AccuracyGate.Run(parse.GetValue(seed)) ? 0 : 1;
});

var root = new RootCommand("Measures the workbook's speed and memory; only the gate passes or fails.") { training, metrics, graph, growth, memory, gate, TimeToQuality.Command(), threads, rounds, json };
foreach (var command in LoadBenchmark.Commands(rounds))
{
    root.Subcommands.Add(command);
}
return root.Parse(args).Invoke();

void Finish(Report report, ParseResult parse, object? values)
{
    report.Print();
    if (parse.GetValue(json) is { } path)
    {
        report.Save(path, values);
    }
}
