using static TorchSharp.torch;

namespace DeepClustering.Samples;

/// <summary>How good generated images are, as a classifier of real ones sees them.</summary>
/// <remarks>Real images that the classifier was not trained on give the best possible scores. Compare only sets of the same size.</remarks>
/// <param name="ConfidentShare">Share of samples whose most probable class has a probability over 0.9, [0, 1], higher is better.</param>
/// <param name="LabelEntropy">Entropy of the shares of the predicted labels, in nats, [0, ln C] (C = 10: 2.303), higher is more even.</param>
/// <param name="ClassesCovered">Classes that at least one confident sample has, 0 to C, higher is better.</param>
/// <param name="FrechetDistance">
/// <see cref="Samples.FrechetDistance"/> of samples and real images in the classifier's features, at least 0, lower is better:
/// the FID of Heusel et al. (2017), but with the features of a small network of their own, so its values compare only under the same classifier.
/// </param>
public sealed record SampleQuality(double ConfidentShare, double LabelEntropy, int ClassesCovered, double FrechetDistance)
{
    /// <summary>The probability over which a prediction counts as confident.</summary>
    public const double Confidence = 0.9;

    /// <summary>Scores samples by a classifier and by real images.</summary>
    /// <param name="classifier">Trained on real images of C classes; it stays the caller's, as do the tensors.</param>
    /// <param name="samples">Generated images: bytes, or intensities in [0, 1] as float32, (N, D_x), N at least 2.</param>
    /// <param name="real">Real images in the same form, (M, D_x), M at least 2.</param>
    /// <exception cref="ArgumentException">A tensor is none of that.</exception>
    public static SampleQuality Of(ImageClassifier classifier, Tensor samples, Tensor real)
    {
        classifier.Check(samples, 2, nameof(samples));
        classifier.Check(real, 2, nameof(real));
        using var scope = NewDisposeScope();
        double distance = Samples.FrechetDistance.Between(classifier.Features(samples), classifier.Features(real));
        var (most, labels) = classifier.Probabilities(samples).max(1L);
        var confident = most > Confidence;
        return new SampleQuality(
            confident.to(float64).mean().item<double>(),
            Entropy(labels, classifier.Classes),
            labels.masked_select(confident).data<long>().ToArray().Distinct().Count(),
            distance);
    }

    /// <summary>−Σ p log p over the shares p of the labels.</summary>
    private static double Entropy(Tensor labels, int classes)
    {
        var shares = labels.bincount(weights: null, minlength: classes).to(float64) / labels.shape[0];
        return -shares.xlogy(shares).sum().item<double>();
    }
}
