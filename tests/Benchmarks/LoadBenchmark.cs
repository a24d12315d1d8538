using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using DeepClustering.Data;
using DeepClustering.Models;
using DeepClustering.Networks;
using DeepClustering.Training;
using Spectre.Console;

namespace Benchmarks;

/// <summary>An epoch of the VAE on 10,000 digits beside none, one and two busy processes, with several ways for OpenMP's threads to wait.</summary>
/// <remarks>Each way is a process of its own, as OpenMP reads it once; they train by turns, one epoch each.</remarks>
internal static class LoadBenchmark
{
    private const string Worker = "load-worker", Busy = "load-busy";
    private const int MostBusy = 2;

    private static readonly string[] _variables = ["GOMP_SPINCOUNT", "OMP_WAIT_POLICY", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "MKL_CBWR"];

    /// <summary>The benchmark, and the processes that it starts.</summary>
    public static IEnumerable<Command> Commands(Option<int> rounds)
    {
        Option<int[]> spins = new("--spin-count")
        {
            Description = "Values of GOMP_SPINCOUNT beside the other settings.",
            DefaultValueFactory = _ => [20_000],
            AllowMultipleArgumentsPerToken = true,
        };
        Command load = new("load", "An epoch of the VAE idle, beside one busy process and beside two, by how OpenMP's threads wait.") { spins };
        load.SetAction(parse => Run(parse.GetRequiredValue(spins), parse.GetValue(rounds)));
        Command worker = new(Worker) { Hidden = true };
        worker.SetAction(_ => Train());
        Command busy = new(Busy) { Hidden = true };
        busy.SetAction(_ => Spin());
        return [load, worker, busy];
    }

    private static void Run(int[] spins, int rounds)
    {
        (string Name, (string, string)[] Variables)[] settings =
        [
            ("OpenMP's default", []),
            .. spins.Select(spin => spin.ToString(CultureInfo.InvariantCulture)).Select(spin => ($"GOMP_SPINCOUNT={spin}", new[] { ("GOMP_SPINCOUNT", spin) })),
            ("OMP_WAIT_POLICY=passive", [("OMP_WAIT_POLICY", "passive")]),
            ("one thread", [("OMP_NUM_THREADS", "1")]),
            ("MKL_CBWR=AUTO,STRICT", [("MKL_CBWR", "AUTO,STRICT")]),
        ];
        var workers = settings.Select(setting => Start(Worker, setting.Variables)).ToArray();
        double[,] seconds = new double[settings.Length, MostBusy + 1];
        // The first epoch of each is not counted: pages, caches and the just-in-time compiler.
        Array.ForEach(workers, worker => Epoch(worker));
        Console.WriteLine($"load before: {string.Join(' ', File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[..3] : [])}");
        for (int busy = 0; busy <= MostBusy; busy++)
        {
            var others = Enumerable.Range(0, busy).Select(_ => Start(Busy, [])).ToArray();
            var measured = settings.Select(_ => new List<double>()).ToArray();
            for (int round = 0; round < rounds; round++)
            {
                for (int i = 0; i < workers.Length; i++)
                {
                    measured[i].Add(Epoch(workers[i]));
                }
            }
            for (int i = 0; i < workers.Length; i++)
            {
                seconds[i, busy] = measured[i].Order().ElementAt(rounds / 2);
            }
            Array.ForEach(others, End);
        }
        Array.ForEach(workers, End);
        Print([.. settings.Select(setting => setting.Name)], seconds);
    }

    private static void Print(string[] names, double[,] seconds)
    {
        var table = new Table().Title("seconds an epoch (of the default, idle)").AddColumns("", "idle", "beside one busy process", "beside two");
        for (int i = 0; i < names.Length; i++)
        {
            int row = i;
            table.AddRow([names[i], .. Enumerable.Range(0, MostBusy + 1).Select(busy =>
                FormattableString.Invariant($"{seconds[row, busy]:F2} ({seconds[row, busy] / seconds[0, 0]:F2})"))]);
        }
        AnsiConsole.Write(table);
    }

    private static Process Start(string command, (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [command]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        Array.ForEach(_variables, name => start.Environment.Remove(name));
        Array.ForEach(variables, variable => start.Environment[variable.Name] = variable.Value);
        return Process.Start(start)!;
    }

    private static double Epoch(Process worker)
    {
        worker.StandardInput.WriteLine();
        return double.Parse(worker.StandardOutput.ReadLine() ?? throw new InvalidOperationException("A process of the benchmark has ended."), CultureInfo.InvariantCulture);
    }

    private static void End(Process process)
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }

    /// <summary>Trains an epoch for each line of input, and tells how long it took.</summary>
    private static void Train()
    {
        using var images = Mnist.LoadEmbedded().ToTensor();
        using var vae = new Vae(new MultilayerPerceptron { InputSize = (int)images.shape[1] }, seed: 1);
        using var trainer = new Trainer(vae, images, new() { Epochs = int.MaxValue });
        using var epochs = trainer.Fit().GetEnumerator();
        while (Console.ReadLine() is not null && epochs.MoveNext())
        {
            Console.WriteLine(epochs.Current.Seconds.ToString("R", CultureInfo.InvariantCulture));
        }
    }

    private static void Spin()
    {
        bool ends = false;
        new Thread(() =>
        {
            while (Console.ReadLine() is not null)
            {
            }
            Volatile.Write(ref ends, true);
        }).Start();
        while (!Volatile.Read(ref ends))
        {
        }
    }
}
