using static TorchSharp.torch;

namespace DeepClustering.Samples;

/// <summary>Whether what one mixture component generates is of one class, as a classifier of real images sees it.</summary>
/// <param name="Component">c, from 0 to K − 1.</param>
/// <param name="Label">The label predicted most often, 0 to C − 1; the lowest of equals.</param>
/// <param name="Share">The share of the component's samples with that label, [1 / C, 1], higher is better.</param>
public sealed record ComponentPurity(int Component, int Label, double Share)
{
    /// <summary>The purity of every component.</summary>
    /// <param name="classifier">Trained on real images; it stays the caller's, as do the tensors.</param>
    /// <param name="samples">The samples of each component: bytes, or intensities in [0, 1] as float32, (N, D_x), N at least 1.</param>
    /// <returns>One per component, in their order.</returns>
    /// <exception cref="ArgumentException">A tensor is not as described.</exception>
    public static IReadOnlyList<ComponentPurity> Of(ImageClassifier classifier, IEnumerable<Tensor> samples) =>
        [.. samples.Select((images, component) => Of(classifier, images, component))];

    private static ComponentPurity Of(ImageClassifier classifier, Tensor images, int component)
    {
        classifier.Check(images, 1, $"samples[{component}]");
        int[] labels = classifier.Predict(images);
        var (label, count) = labels.CountBy(label => label).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).First();
        return new ComponentPurity(component, label, (double)count / labels.Length);
    }
}
