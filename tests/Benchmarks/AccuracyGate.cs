using System.Globalization;
using DeepClustering.Data;
using DeepClustering.Metrics;
using DeepClustering.Training;

namespace Benchmarks;

/// <summary>The recipe in a short form on the 10,000 embedded digits: a broken loss, start or metric falls below its bound.</summary>
internal static class AccuracyGate
{
    /// <summary>The least accuracy that passes; docs/recipe.md has the spread that it was set from.</summary>
    public const double Bound = 0.9;

    /// <summary>Trains, and says what it came to.</summary>
    /// <param name="seed">The root of all that is random.</param>
    /// <returns>Whether the accuracy is at least <see cref="Bound"/>.</returns>
    public static bool Run(long seed)
    {
        var digits = Mnist.LoadEmbedded();
        var recipe = VadeRecipe.SelfAugmented with { Graph = new() { MoreEigenvectors = [4] } };
        recipe = recipe.For(digits.Count, seed).With(pretrainingEpochs: 28, warmUpEpochs: 14, jointEpochs: 7);
        using var fit = recipe.Fit(digits, new() { MonitorLabels = digits.Labels });
        using var images = digits.ToTensor();
        double accuracy = ClusteringAccuracy.Score(digits.Labels!, fit.Model.Predict(images)).Accuracy;
        double seconds = fit.Stages.Sum(stage => stage.History.Sum(epoch => epoch.Seconds));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"seed {seed}: start {fit.StartAccuracy:F4}, accuracy {accuracy:F4} after {seconds:F0} s of training; at least {Bound} passes"));
        return accuracy >= Bound;
    }
}
