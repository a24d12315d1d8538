using DeepClustering.Data;
using DeepClustering.Mixtures;
using DeepClustering.Models;
using DeepClustering.Networks;
using DeepClustering.Training;

namespace Benchmarks;

/// <summary>A whole VaDE training in a process of its own, and the memory that the process holds after each epoch.</summary>
internal static class MemoryBenchmark
{
    /// <summary>Trains and prints; the pretraining is short, because its memory does not depend on its length.</summary>
    /// <returns>Resident memory in MB after each epoch of VaDE.</returns>
    public static IReadOnlyList<double?> Run(int epochs, TrainingOptions options)
    {
        var digits = Mnist.Load();
        using var images = digits.ToTensor();
        Report("digits loaded");
        var architecture = new MultilayerPerceptron { InputSize = digits.InputSize };
        using var autoencoder = new Autoencoder(architecture);
        Train(autoencoder, images, options with { Epochs = 2 }, null);
        using var codes = autoencoder.Encode(images);
        using var mixture = GaussianMixture.Fit(codes, new() { Components = 10, Restarts = 10 });
        Report("mixture fitted");
        using var vade = new Vade(10, architecture);
        vade.StartFrom(autoencoder);
        vade.Prior.Set(mixture.Weights, mixture.Means, mixture.Variances);
        return Train(vade, images, options with { Epochs = epochs, LearningRate = 1e-4 }, digits.Labels);
    }

    private static List<double?> Train(LatentModel model, TorchSharp.torch.Tensor images, TrainingOptions options, IReadOnlyList<int>? labels)
    {
        using var trainer = new Trainer(model, images, options, labels);
        var resident = new List<double?>();
        foreach (var epoch in trainer.Fit())
        {
            resident.Add(Report($"{model.GetName()} {epoch}"));
        }
        return resident;
    }

    private static double? Report(string what)
    {
        double? resident = Machine.Resident();
        Console.WriteLine($"{resident,6:F0} MB  {what}");
        return resident;
    }
}
