using Microsoft.Data.Analysis;
using static TorchSharp.torch;

namespace DeepClustering.Samples;

/// <summary>Whether what one mixture component generates is one digit, as a classifier of real digits sees it.</summary>
/// <param name="Component">c, from 0 to K − 1.</param>
/// <param name="Label">The label predicted most often, 0 to 9; the lowest of equals.</param>
/// <param name="Share">The share of the component's samples with that label, [0.1, 1], higher is better.</param>
public sealed record ComponentPurity(int Component, int Label, double Share)
{
    /// <summary>The purity of every component.</summary>
    /// <param name="classifier">Trained on real digits; it stays the caller's, as do the tensors.</param>
    /// <param name="samples">The samples of each component: bytes, or intensities in [0, 1] as float32, (N, 784), N at least 1.</param>
    /// <returns>One a component, in their order.</returns>
    /// <exception cref="ArgumentException">A tensor is none of that.</exception>
    public static IReadOnlyList<ComponentPurity> Of(DigitClassifier classifier, IEnumerable<Tensor> samples) =>
        [.. samples.Select((digits, component) => Of(classifier, digits, component))];

    /// <summary>A row for each component: "component", "label" and "share".</summary>
    /// <param name="purities">In the order of the rows.</param>
    public static DataFrame ToDataFrame(IReadOnlyList<ComponentPurity> purities) => new(
        new Int32DataFrameColumn("component", purities.Select(purity => purity.Component)),
        new Int32DataFrameColumn("label", purities.Select(purity => purity.Label)),
        new DoubleDataFrameColumn("share", purities.Select(purity => purity.Share)));

    private static ComponentPurity Of(DigitClassifier classifier, Tensor digits, int component)
    {
        DigitClassifier.Check(digits, 1, $"samples[{component}]");
        int[] labels = classifier.Predict(digits);
        var (label, count) = labels.CountBy(label => label).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).First();
        return new ComponentPurity(component, label, (double)count / labels.Length);
    }
}
