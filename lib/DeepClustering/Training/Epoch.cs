using System.Globalization;

namespace DeepClustering.Training;

/// <summary>What one pass over the data came to.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Of">How many are planned.</param>
/// <param name="Loss">The mean over the digits, in nats.</param>
/// <param name="Parts">The loss by part, in nats, in the order of the equation.</param>
/// <param name="Seconds">Wall time of the training steps, monitoring left out.</param>
/// <param name="Accuracy">Clustering accuracy in [0, 1], where labels were given for monitoring.</param>
public sealed record Epoch(
    int Number, int Of, double Loss, IReadOnlyDictionary<string, double> Parts, double Seconds, double? Accuracy)
{
    /// <summary>One line for a log.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"epoch {Number,3}/{Of}  loss {Loss:F2}  ({string.Join(", ", Parts.Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Key} {part.Value:F2}")))})  {Seconds:F1} s{(Accuracy is { } accuracy ? string.Create(CultureInfo.InvariantCulture, $"  accuracy {accuracy:F4}") : "")}");
}
