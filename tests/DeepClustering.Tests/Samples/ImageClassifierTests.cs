using DeepClustering.Data;
using DeepClustering.Samples;
using DeepClustering.Storage;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Samples;

[Collection(typeof(TrainedClassifier))]
public sealed class ImageClassifierTests(TrainedClassifier trained) : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    private static readonly ImageShape _digit = new(1, 28, 28);

    private static bool Same(Tensor a, Tensor b) => a.equal(b).all().item<bool>();

    [Fact]
    public void ReadsDigitsThatItHasNotSeen() => Assert.InRange(trained.Classifier.Accuracy(trained.HeldOut), 0.96, 1);

    [Fact]
    public void ClassesAreTheMostProbableAndAccuracyCountsThem()
    {
        var probabilities = trained.Classifier.Probabilities(trained.HeldOutImages);
        Assert.True(probabilities.sum(1).allclose(ones(trained.HeldOut.Count)));
        int[] classes = trained.Classifier.Predict(trained.HeldOutImages);
        Assert.Equal(probabilities.argmax(1).data<long>().ToArray().Select(c => (int)c), classes);
        int right = Enumerable.Range(0, classes.Length).Count(i => classes[i] == trained.HeldOut.Labels![i]);
        Assert.Equal((double)right / classes.Length, trained.Classifier.Accuracy(trained.HeldOut), 1e-12);
    }

    [Fact]
    public void BytesAndIntensitiesAreReadAlike()
    {
        var bytes = trained.TrainingImages.narrow(0, 0, 1500);
        var features = trained.Classifier.Features(bytes);
        Assert.Equal([1500L, ImageClassifier.FeatureSize], features.shape);
        Assert.True(features.allclose(trained.Classifier.Features(bytes.to(float32) / 255), atol: 1e-5));
        Assert.False(features.requires_grad);
    }

    [Fact]
    public void TheSeedDecidesTheStart()
    {
        var x = trained.HeldOutImages.narrow(0, 0, 20);
        using ImageClassifier a = new(_digit, 10, seed: 5), b = new(_digit, 10, seed: 5), c = new(_digit, 10, seed: 6);
        Assert.True(Same(a.Features(x), b.Features(x)));
        Assert.False(a.Features(x).allclose(c.Features(x)));
    }

    [Fact]
    public void TheSeedDecidesTheTraining()
    {
        var few = trained.Training.Take(600);
        var x = trained.HeldOutImages.narrow(0, 0, 20);
        using ImageClassifier a = ImageClassifier.Train(few, 1, seed: 5), b = ImageClassifier.Train(few, 1, seed: 5), untrained = new(_digit, 10, seed: 5);
        Assert.True(a.Features(x).allclose(b.Features(x)));
        Assert.False(a.Features(x).allclose(untrained.Features(x)));
    }

    [Fact]
    public void ASavedClassifierComesBackWhole()
    {
        string path = _folder["classifier.safetensors"];
        using var other = new ImageClassifier(_digit, 10, seed: 9);
        other.Save(path);
        trained.Classifier.Save(path);
        using var loaded = ImageClassifier.Load(path, _digit, 10);
        Assert.True(Same(trained.Classifier.Features(trained.HeldOutImages), loaded.Features(trained.HeldOutImages)));
        Assert.True(Same(trained.Classifier.Probabilities(trained.HeldOutImages), loaded.Probabilities(trained.HeldOutImages)));
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void AFailedSaveLeavesTheOldFileAndNothingElse()
    {
        // A folder in the file's place cannot be replaced by a file.
        string path = _folder["classifier.safetensors"];
        Directory.CreateDirectory(path);
        Assert.ThrowsAny<Exception>(() => trained.Classifier.Save(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void MissingDamagedAndOtherFilesAreNamed()
    {
        string path = _folder["classifier.safetensors"];
        Assert.Throws<FileNotFoundException>(() => ImageClassifier.Load(path, _digit, 10));

        trained.Classifier.Save(path);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^20]);
        Assert.Contains(path, Assert.Throws<InvalidDataException>(() => ImageClassifier.Load(path, _digit, 10)).Message, StringComparison.Ordinal);

        Safetensors.Write(path, trained.Classifier.state_dict().Where(entry => entry.Key != "logits.bias").Select(entry => (entry.Key, entry.Value)));
        string message = Assert.Throws<InvalidDataException>(() => ImageClassifier.Load(path, _digit, 10)).Message;
        Assert.Contains(path, message, StringComparison.Ordinal);
        Assert.Contains("does not fit a classifier of 10 classes of images 28 × 28: logits.bias", message, StringComparison.Ordinal);
    }

    [Fact]
    public void BadInputIsRefusedWithWhatWasFound()
    {
        string Refused(Tensor images)
        {
            var error = Assert.Throws<ArgumentException>(() => trained.Classifier.Features(images));
            Assert.Equal("images", error.ParamName);
            Assert.Equal(error.Message, Assert.Throws<ArgumentException>(() => trained.Classifier.Probabilities(images)).Message);
            return error.Message;
        }
        Assert.Contains("found Float32 (3, 783)", Refused(rand(3, 783)), StringComparison.Ordinal);
        Assert.Contains("found Float32 (0, 784)", Refused(rand(0, 784)), StringComparison.Ordinal);
        Assert.Contains("found Float32 (1, 28, 28)", Refused(rand(1, 28, 28)), StringComparison.Ordinal);
        Assert.Contains("found Float64 (3, 784)", Refused(rand(3, 784, float64)), StringComparison.Ordinal);
        Assert.Contains("found 0 to 255", Refused(trained.HeldOutImages.to(float32)), StringComparison.Ordinal);
        Assert.Contains("[0, 1]", Refused(full([2, 784], float.NaN)), StringComparison.Ordinal);
    }

    /// <summary>Three classes that differ in the brightest channel; 5 × 7 pixels, so that both sides are rounded up.</summary>
    [Fact]
    public void ItLearnsColouredImagesOfAnySides()
    {
        var random = new Random(1);
        const int count = 240, plane = 5 * 7;
        int[] labels = [.. Enumerable.Range(0, count).Select(i => i % 3)];
        byte[] pixels = [.. labels.SelectMany(label => Enumerable.Range(0, 3 * plane).Select(i => (byte)(random.Next(120) + (i / plane == label ? 100 : 0))))];
        var (known, unseen) = Dataset.FromBytes("colours", new ImageShape(3, 5, 7), [.. pixels], ClassLabels.Of(labels)).HoldOut(4);
        using var classifier = ImageClassifier.Train(known, epochs: 8);
        Assert.Equal((new ImageShape(3, 5, 7), 3), (classifier.Shape, classifier.Classes));
        Assert.Equal(1, classifier.Accuracy(unseen));
        string path = _folder["colours.safetensors"];
        classifier.Save(path);
        using var loaded = ImageClassifier.Load(path, classifier.Shape, 3);
        var images = unseen.ToTensor();
        Assert.True(Same(classifier.Features(images), loaded.Features(images)));
        Assert.Throws<InvalidDataException>(() => ImageClassifier.Load(path, classifier.Shape, 4));
    }

    [Fact]
    public void DataThatItCannotLearnOrReadIsRefused()
    {
        var small = Dataset.FromBytes("tiny", new ImageShape(1, 2, 2), [1, 2, 3, 4], ClassLabels.Of([0]));
        Assert.Contains("28 × 28 with labels of at most 10 classes, found tiny", Assert.Throws<ArgumentException>(() => trained.Classifier.Accuracy(small)).Message, StringComparison.Ordinal);
        var table = Dataset.FromFloats("table", ["a", "b"], [1, 2, 3, 4]);
        Assert.Contains("found table: 2 rows of 2 values", Assert.Throws<ArgumentException>(() => ImageClassifier.Train(table)).Message, StringComparison.Ordinal);
        var unlabelled = Dataset.FromBytes("unlabelled", new ImageShape(1, 2, 2), [1, 2, 3, 4]);
        Assert.Throws<ArgumentException>(() => ImageClassifier.Train(unlabelled));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageClassifier(_digit, classes: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageClassifier.Train(trained.Training, epochs: 0));
    }
}
