using DeepClustering.Metrics;
using DeepClustering.Models;
using static TorchSharp.torch;

namespace DeepClustering.Training;

/// <summary>One of the starts of a VaDE: an autoencoder's layers, clusters in its code, and the warm-up that tries them.</summary>
/// <remarks>It owns the model and the trainer; dispose it when done with both.</remarks>
public sealed class VadeStart : IDisposable
{
    private int _tried;

    internal VadeStart(
        int number, StartClusters clusters, Autoencoder autoencoder, Tensor observations, VadeRecipe recipe, IReadOnlyList<int>? monitorLabels, ICheckpoints? checkpoints)
    {
        (Number, Origin, Labels) = (number, clusters.Origin, clusters.Labels);
        Vade = new Vade(recipe.Mixture.Components, autoencoder.Architecture, autoencoder.Likelihood, recipe.StartSeed(number, "model"));
        // A code narrower than q(z|x) would be lost in its noise before the first step.
        double spread = clusters.Variances.mean().to(float64).item<double>();
        Vade.StartFrom(autoencoder, recipe.SharesSeed ? 1 : Math.Min(1, spread));
        Vade.Prior.Set(clusters.Weights, clusters.Means, clusters.Variances);
        AtStart = new Snapshot(Vade);
        MixtureAccuracy = monitorLabels is null ? null : ClusteringAccuracy.Score(monitorLabels, clusters.Labels).Accuracy;
        WarmUp = new Trainer(Vade, observations, recipe.WarmUp with { Seed = recipe.StartSeed(number, "training") }, monitorLabels, checkpoints, clusters.Labels);
    }

    /// <summary>The start's number, from 1.</summary>
    public int Number { get; }

    /// <summary>Where its clusters come from, such as "mixture" or "graph of 10 neighbours, 14 eigenvectors".</summary>
    public string Origin { get; }

    /// <summary>The cluster of each row at the start, N numbers from 0 to K − 1.</summary>
    public IReadOnlyList<int> Labels { get; }

    /// <summary>The model; the warm-up and later stages train it.</summary>
    public Vade Vade { get; }

    /// <summary>The model's weights before the first step of the warm-up.</summary>
    internal Snapshot AtStart { get; }

    /// <summary>The trainer of the warm-up.</summary>
    public Trainer WarmUp { get; }

    /// <summary>The accuracy of the clusters in the autoencoder's code, [0, 1], where labels were given for monitoring.</summary>
    public double? MixtureAccuracy { get; }

    /// <summary>
    /// <see cref="Epoch.SelfAugmentationLoss"/> in the last epoch of the trial, in nats, lower is better; null without one.
    /// It needs no labels. (Its consistency alone would be best where all rows are in one cluster.)
    /// </summary>
    public double? Criterion => LastTried?.SelfAugmentationLoss;

    // Not the history's last: a start that continued in an earlier process has more epochs than the others.
    private Epoch? LastTried => _tried == 0 ? null : WarmUp.History[_tried - 1];

    /// <summary>Warms up until a number of epochs are done.</summary>
    /// <param name="epochs">The total number of warm-up epochs, including those already done.</param>
    /// <param name="progress">Called after every epoch.</param>
    /// <param name="cancellation">Stops it between two steps.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public void Try(int epochs, Action<Epoch>? progress = null, CancellationToken cancellation = default)
    {
        foreach (var epoch in WarmUp.Fit(cancellation).Take(epochs - WarmUp.History.Count))
        {
            progress?.Invoke(epoch);
        }
        _tried = Math.Min(epochs, WarmUp.History.Count);
    }

    /// <summary>One line for a log.</summary>
    public override string ToString()
    {
        string Share(double? accuracy) => accuracy is { } share ? Text($", accuracy {share:F4}") : "";
        string trial = Criterion is { } nats ? Text($"; after {_tried} epochs criterion {nats:F1}") + Share(LastTried!.Accuracy) : "";
        return Text($"start {Number}: {Origin}{Share(MixtureAccuracy)}{trial}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        WarmUp.Dispose();
        AtStart.Dispose();
        Vade.Dispose();
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
