using DeepClustering.Data;
using DeepClustering.Samples;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Samples;

/// <summary>A classifier of nine tenths of the embedded digits, trained once for all classes of tests that share it.</summary>
[CollectionDefinition]
public sealed class TrainedClassifier : ICollectionFixture<TrainedClassifier>, IDisposable
{
    public TrainedClassifier()
    {
        (Training, HeldOut) = Mnist.LoadEmbedded().HoldOut(10);
        Classifier = ImageClassifier.Train(Training);
        (TrainingImages, HeldOutImages) = (Training.ToTensor(), HeldOut.ToTensor());
    }

    public Dataset Training { get; }

    public Dataset HeldOut { get; }

    public ImageClassifier Classifier { get; }

    public Tensor TrainingImages { get; }

    public Tensor HeldOutImages { get; }

    /// <summary>The held-out images of one class.</summary>
    public Tensor HeldOutOf(int label) =>
        HeldOutImages.index_select(0, tensor(Enumerable.Range(0, HeldOut.Count).Where(i => HeldOut.Labels![i] == label).ToArray(), int64));

    /// <summary>The held-out image, (1, 784), that the classifier is surest to be of a class.</summary>
    public Tensor Clearest(int label)
    {
        using var scope = NewDisposeScope();
        long index = Classifier.Probabilities(HeldOutImages).select(1, label).argmax().item<long>();
        return HeldOutImages.narrow(0, index, 1).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        Classifier.Dispose();
        TrainingImages.Dispose();
        HeldOutImages.Dispose();
    }
}
