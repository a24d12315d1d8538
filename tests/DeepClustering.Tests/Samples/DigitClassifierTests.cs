using DeepClustering.Data;
using DeepClustering.Runs;
using DeepClustering.Samples;
using DeepClustering.Tests.Data;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Samples;

[Collection(typeof(TrainedClassifier))]
public sealed class DigitClassifierTests(TrainedClassifier trained) : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

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
        Assert.Equal([1500L, DigitClassifier.FeatureSize], features.shape);
        Assert.True(features.allclose(trained.Classifier.Features(bytes.to(float32) / 255), atol: 1e-5));
        Assert.False(features.requires_grad);
    }

    [Fact]
    public void TheSeedDecidesTheStart()
    {
        var x = trained.HeldOutImages.narrow(0, 0, 20);
        using DigitClassifier a = new(seed: 5), b = new(seed: 5), c = new(seed: 6);
        Assert.True(Same(a.Features(x), b.Features(x)));
        Assert.False(a.Features(x).allclose(c.Features(x)));
    }

    [Fact]
    public void TheSeedDecidesTheTraining()
    {
        var few = trained.Training.Take(600);
        var x = trained.HeldOutImages.narrow(0, 0, 20);
        using DigitClassifier a = DigitClassifier.Train(few, 1, seed: 5), b = DigitClassifier.Train(few, 1, seed: 5), untrained = new(seed: 5);
        Assert.True(a.Features(x).allclose(b.Features(x)));
        Assert.False(a.Features(x).allclose(untrained.Features(x)));
    }

    [Fact]
    public void ASavedClassifierComesBackWhole()
    {
        string path = _folder["classifier.safetensors"];
        using var other = new DigitClassifier(seed: 9);
        other.Save(path);
        trained.Classifier.Save(path);
        using var loaded = DigitClassifier.Load(path);
        Assert.True(Same(trained.Classifier.Features(trained.HeldOutImages), loaded.Features(trained.HeldOutImages)));
        Assert.True(Same(trained.Classifier.Probabilities(trained.HeldOutImages), loaded.Probabilities(trained.HeldOutImages)));
        Assert.Equal([path], Directory.GetFiles(_folder.FullPath));
    }

    [Fact]
    public void AFailedSaveLeavesTheOldFileAndNothingElse()
    {
        // A folder in the file's place cannot be replaced by a file.
        string path = _folder["classifier.safetensors"];
        Directory.CreateDirectory(path);
        Assert.ThrowsAny<Exception>(() => trained.Classifier.Save(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(_folder.FullPath));
    }

    [Fact]
    public void MissingDamagedAndOtherFilesAreNamed()
    {
        string path = _folder["classifier.safetensors"];
        Assert.Throws<FileNotFoundException>(() => DigitClassifier.Load(path));

        trained.Classifier.Save(path);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^20]);
        Assert.Contains(path, Assert.Throws<InvalidDataException>(() => DigitClassifier.Load(path)).Message, StringComparison.Ordinal);

        Safetensors.Write(path, trained.Classifier.state_dict().Where(entry => entry.Key != "logits.bias").Select(entry => (entry.Key, entry.Value)));
        string message = Assert.Throws<InvalidDataException>(() => DigitClassifier.Load(path)).Message;
        Assert.Contains(path, message, StringComparison.Ordinal);
        Assert.Contains("does not fit the digit classifier: logits.bias", message, StringComparison.Ordinal);
    }

    [Fact]
    public void BadInputIsRefusedWithWhatWasFound()
    {
        string Refused(Tensor digits)
        {
            var error = Assert.Throws<ArgumentException>(() => trained.Classifier.Features(digits));
            Assert.Equal("digits", error.ParamName);
            Assert.Equal(error.Message, Assert.Throws<ArgumentException>(() => trained.Classifier.Probabilities(digits)).Message);
            return error.Message;
        }
        Assert.Contains("found Float32 (3, 783)", Refused(rand(3, 783)), StringComparison.Ordinal);
        Assert.Contains("found Float32 (0, 784)", Refused(rand(0, 784)), StringComparison.Ordinal);
        Assert.Contains("found Float32 (1, 28, 28)", Refused(rand(1, 28, 28)), StringComparison.Ordinal);
        Assert.Contains("found Float64 (3, 784)", Refused(rand(3, 784, float64)), StringComparison.Ordinal);
        Assert.Contains("found 0 to 255", Refused(trained.HeldOutImages.to(float32)), StringComparison.Ordinal);
        Assert.Contains("[0, 1]", Refused(full([2, 784], float.NaN)), StringComparison.Ordinal);
    }

    [Fact]
    public void TrainingRefusesImagesOfAnotherSizeAndNoEpochs()
    {
        var small = Dataset.FromBytes("tiny", new ImageShape(1, 2, 2), [1, 2, 3, 4], ClassLabels.Of([0]));
        Assert.Contains("28 × 28, found tiny", Assert.Throws<ArgumentException>(() => DigitClassifier.Train(small)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => trained.Classifier.Accuracy(small));
        Assert.Throws<ArgumentOutOfRangeException>(() => DigitClassifier.Train(trained.Training, epochs: 0));
    }
}
