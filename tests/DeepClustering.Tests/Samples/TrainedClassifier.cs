using DeepClustering.Data;
using DeepClustering.Samples;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Samples;

/// <summary>A classifier of nine tenths of the embedded digits, trained once for all classes of tests that share it.</summary>
[CollectionDefinition(nameof(TrainedClassifier))]
public sealed class TrainedClassifier : ICollectionFixture<TrainedClassifier>, IDisposable
{
    public TrainedClassifier()
    {
        (Training, HeldOut) = Mnist.LoadEmbedded().HoldOut(10);
        Classifier = DigitClassifier.Train(Training);
        (TrainingImages, HeldOutImages) = (Training.ToTensor(), HeldOut.ToTensor());
    }

    public DigitSet Training { get; }

    public DigitSet HeldOut { get; }

    public DigitClassifier Classifier { get; }

    public Tensor TrainingImages { get; }

    public Tensor HeldOutImages { get; }

    /// <summary>The held-out images of one class.</summary>
    public Tensor HeldOutOf(int label) =>
        HeldOutImages.index_select(0, tensor(Enumerable.Range(0, HeldOut.Count).Where(i => HeldOut.Labels[i] == label).ToArray(), int64));

    public void Dispose()
    {
        Classifier.Dispose();
        TrainingImages.Dispose();
        HeldOutImages.Dispose();
    }
}
