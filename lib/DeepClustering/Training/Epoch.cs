using System.Text.Json.Serialization;
using DeepClustering.Losses;
using DeepClustering.Metrics;

namespace DeepClustering.Training;

/// <summary>The results of one pass over the data.</summary>
/// <param name="Number">The epoch's number, from 1.</param>
/// <param name="Of">The number of epochs planned.</param>
/// <param name="Loss">The mean loss over the samples, in nats.</param>
/// <param name="Parts">The loss by part, in nats, in the order of the equation.</param>
/// <param name="Seconds">Wall time of the training steps, without monitoring.</param>
/// <param name="Accuracy">Clustering accuracy in [0, 1], in the precision that training multiplies in; null if no labels were given for monitoring.</param>
/// <param name="Diagnostics">How a VaDE's components are used after the epoch; null for other models.</param>
public sealed record Epoch(
    int Number, int Of, double Loss, IReadOnlyDictionary<string, double> Parts, double Seconds, double? Accuracy,
    ClusterDiagnostics? Diagnostics = null)
{
    /// <summary>
    /// The epoch's terms beyond the ELBO, weights included, in nats: <see cref="Losses.SelfAugmentationLoss"/> and, if it is part
    /// of the loss, <see cref="VirtualAdversarialLoss"/>. Null without the former.
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
