using System.Text.Json.Serialization;
using DeepClustering.Losses;
using DeepClustering.Metrics;

namespace DeepClustering.Training;

/// <summary>What one pass over the data came to.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Of">How many are planned.</param>
/// <param name="Loss">The mean over the samples, in nats.</param>
/// <param name="Parts">The loss by part, in nats, in the order of the equation.</param>
/// <param name="Seconds">Wall time of the training steps, monitoring left out.</param>
/// <param name="Accuracy">Clustering accuracy in [0, 1], where labels were given for monitoring.</param>
/// <param name="Diagnostics">How a VaDE's components are used after the epoch; null for other models.</param>
public sealed record Epoch(
    int Number, int Of, double Loss, IReadOnlyDictionary<string, double> Parts, double Seconds, double? Accuracy,
    ClusterDiagnostics? Diagnostics = null)
{
    /// <summary>
    /// What was added to the ELBO in the epoch, weights included, in nats: <see cref="Losses.SelfAugmentationLoss"/> and, where it is part
    /// of the loss, <see cref="VirtualAdversarialLoss"/>. Null without the first.
    /// </summary>
    [JsonIgnore]
    public double? SelfAugmentationLoss =>
        Parts.TryGetValue(LossTerms.Consistency, out double consistency) && Parts.TryGetValue(LossTerms.Information, out double information)
            ? consistency + information + Parts.GetValueOrDefault(LossTerms.Adversarial) : null;

    /// <summary>One line for a log.</summary>
    public override string ToString()
    {
        string parts = string.Join(", ", Parts.Select(part => Text($"{part.Key} {part.Value:F2}")));
        string accuracy = Accuracy is { } share ? Text($"  accuracy {share:F4}") : "";
        string dead = Diagnostics is { DeadComponents: > 0 } usage ? Text($"  {usage.DeadComponents} of {usage.Occupancy.Count} components dead") : "";
        return Text($"epoch {Number,3}/{Of}  loss {Loss:F2}  ({parts})  {Seconds:F1} s{accuracy}{dead}");
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
