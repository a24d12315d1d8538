using System.Diagnostics;
using System.Security.Cryptography;
using DeepClustering.Data;
using DeepClustering.Devices;
using DeepClustering.Models;
using DeepClustering.Networks;
using DeepClustering.Tests.Resuming;
using DeepClustering.Training;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Devices;

public sealed class SharedProcessorsTests
{
    [Theory]
    [InlineData(0, 2, 2, 2)]
    [InlineData(0.4, 2, 2, 2)]
    [InlineData(0.7, 2, 2, 1)]
    [InlineData(2, 2, 2, 1)]
    [InlineData(1, 8, 2, 2)]
    [InlineData(5, 8, 4, 3)]
    [InlineData(7.9, 8, 4, 1)]
    [InlineData(-0.1, 4, 4, 4)]
    public void TheThreadsAreAsManyAsProcessorsAreLeft(double others, int processors, int most, int expected) =>
        Assert.Equal(expected, SharedProcessors.ThreadsFor(others, processors, most));

    [Fact]
    public void BusyIsWhatRanOfAnyPriority()
    {
        string[] before = ["cpu  100 50 20 1000 30 4 6 10 0 0", "cpu0 50 25 10 500 15 2 3 5 0 0", "cpu1 50 25 10 500 15 2 3 5 0 0", "intr 1 2 3"];
        string[] after = ["cpu  180 90 30 1050 40 9 11 10 0 0", "cpu0 90 45 15 520 20 4 6 5 0 0", "cpu1 90 45 15 530 20 5 5 5 0 0", "intr 1 2 3"];
        // 200 ticks went by on two processors: user 80, nice 40, system 10, idle 50, waiting 10, interrupts 10.
        var both = new HashSet<int> { 0, 1 };
        Assert.Equal(1.4, ProcessorTimes.Parse(after, both).BusySince(ProcessorTimes.Parse(before, both)), 5e-13);
        Assert.Equal(0, ProcessorTimes.Parse(after, both).BusySince(ProcessorTimes.Parse(after, both)));
    }

    [Fact]
    public void ProcessorsThatOnlyOthersMayUseDoNotCount()
    {
        string[] before = ["cpu  0 0 0 0 0 0 0 0 0 0", "cpu0 0 0 0 0 0 0 0 0 0 0", "cpu9 0 0 0 0 0 0 0 0 0 0", "cpu10 0 0 0 0 0 0 0 0 0 0"];
        string[] after = ["cpu  250 0 0 50 0 0 0 0 0 0", "cpu0 100 0 0 0 0 0 0 0 0 0", "cpu9 50 0 0 50 0 0 0 0 0 0", "cpu10 100 0 0 0 0 0 0 0 0 0", "intr 1"];
        var busy = new[] { "0", "9", "0,10", "9-10", "0-15" }.Select(list =>
        {
            var allowed = ProcessorTimes.ReadAllowed(["Cpus_allowed:\tffff", $"Cpus_allowed_list:\t{list}", "Mems_allowed_list:\t0"]);
            return ProcessorTimes.Parse(after, allowed).BusySince(ProcessorTimes.Parse(before, allowed));
        });
        Assert.Equal([1, 0.5, 2, 1.5, 2.5], busy);
    }

    [Theory]
    [InlineData("AUTO,STRICT", "True 1 2")]
    [InlineData("", "True 1 2", "False 2 2")]
    public void NextToBusyProgramsOneThreadIsTakenWhereItComesToTheSame(string sums, params string[] expected)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.ProcessorCount > 1, "It is Linux that tells, and one processor leaves no choice.");
        var others = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Process.Start("sh", ["-c", "while :; do :; done"])).ToArray();
        try
        {
            using var child = Child.Start([("MKL_CBWR", sums), ("OMP_NUM_THREADS", "2")], "share");
            Assert.Contains(child.StandardOutput.ReadLine(), expected);
            child.WaitForExit();
        }
        finally
        {
            foreach (var other in others)
            {
                other.Kill();
                other.Dispose();
            }
        }
    }

    /// <summary>Says whether gradients are the same with one thread and with two, with how many threads the last steps were, and with how many one that is unlike them.</summary>
    internal static void InAProcessOfItsOwn()
    {
        using var images = Mnist.LoadEmbedded().ToTensor();
        using var rows = images.narrow(0, 0, 512);
        Console.WriteLine("begun");
        string[] digests = [.. new[] { 1, 2 }.Select(number =>
        {
            set_num_threads(number);
            using var autoencoder = new Autoencoder(new MultilayerPerceptron { InputSize = 784 });
            using var trainer = new Trainer(autoencoder, rows, new() { Epochs = 1 });
            _ = trainer.Fit().Last();
            return Digest(autoencoder);
        })];
        set_num_threads(2);
        var processors = new SharedProcessors(() => digests[0] == digests[1]);
        using (processors.Begin())
        {
            for (var clock = Stopwatch.StartNew(); clock.Elapsed < TimeSpan.FromSeconds(1.5);)
            {
                processors.Adjust();
            }
            int shared = get_num_threads();
            processors.GiveAll();
            Console.WriteLine($"{digests[0] == digests[1]} {shared} {get_num_threads()}");
        }
    }

    private static string Digest(LatentModel model)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var value in model.state_dict().Values)
        {
            using var plain = value.detach();
            hash.AppendData(plain.bytes);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
