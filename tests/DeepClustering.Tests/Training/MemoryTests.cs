using System.Globalization;
using DeepClustering.Models;
using DeepClustering.Networks;
using DeepClustering.Tests.Resuming;
using DeepClustering.Training;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Training;

[Trait("Speed", "slow")]
public sealed class MemoryTests
{
    private const int Epochs = 200, Mebibyte = 1 << 20;

    /// <summary>Trains a VaDE with monitoring, and writes after each epoch how many tensors live and what the process holds.</summary>
    internal static void InAProcessOfItsOwn()
    {
        set_num_threads(1);     // threads that wait for each other take minutes on a busy machine
        using var digits = randint(0, 256, [200, 784]).to_type(ScalarType.Byte);
        using var vade = new Vade(10, new MultilayerPerceptron { InputSize = 784, HiddenWidths = [32] });
        using var trainer = new Trainer(vade, digits, new() { Epochs = Epochs, BatchSize = 50 }, new int[200]);
        Console.WriteLine("begun");
        foreach (var _ in trainer.Fit())
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{DisposeScopeManager.Statistics.ThreadTotalLiveCount} {Environment.WorkingSet}"));
        }
    }

    [Fact]
    public void MemoryIsFlatOver200Epochs()
    {
        using var child = Child.Start("memory");
        long[][] epochs = [.. child.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ').Select(number => long.Parse(number, CultureInfo.InvariantCulture)).ToArray())];
        Assert.Equal(Epochs, epochs.Length);
        Assert.Single(epochs.Skip(1).Select(epoch => epoch[0]).Distinct());
        // An epoch's batches are 0.6 MB as floats: had one of its four stayed each time, it would be 15 MB in 100 epochs.
        long early = epochs[50..100].Max(epoch => epoch[1]), late = epochs[150..].Min(epoch => epoch[1]);
        TestContext.Current.SendDiagnosticMessage($"{epochs[1][0]} tensors; MB after epochs 2, 100, 200: {epochs[1][1] / 1e6:F1}, {epochs[99][1] / 1e6:F1}, {epochs[^1][1] / 1e6:F1}");
        Assert.True(late < early + (8 * Mebibyte), $"{early} bytes were resident by epoch 100, at least {late} after epoch 150.");
    }
}
