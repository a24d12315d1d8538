using DeepClustering.Data;
using DeepClustering.Hosting;
using DeepClustering.Models;
using DeepClustering.Networks;
using DeepClustering.Storage;
using DeepClustering.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepClustering.Samples;

/// <summary>A small convolutional classifier of real images, used to judge generated ones.</summary>
/// <remarks>It learns from labels, so it is only for scoring samples and never part of a clustering. It owns its layers; dispose it when done.</remarks>
public sealed class ImageClassifier : nn.Module<Tensor, Tensor>
{
    /// <summary>Width of the layer before the logits.</summary>
    public const int FeatureSize = 64;

    private const int BatchSize = 64;

    private readonly Sequential features;
    private readonly Dense logits;

    /// <summary>An untrained classifier.</summary>
    /// <param name="shape">What a row is an image of.</param>
    /// <param name="classes">C, the classes that it tells apart. Range: at least 1.</param>
    /// <param name="seed">Decides the initial weights.</param>
    public ImageClassifier(ImageShape shape, int classes, long seed = 1) : base(nameof(ImageClassifier))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        (Shape, Classes) = (shape, classes);
        // Each convolution halves the sides, rounded up.
        int height = (shape.Height + 3) / 4, width = (shape.Width + 3) / 4;
        using var random = new Generator((ulong)seed);
        features = nn.Sequential(
            ("convolution1", new Convolution2d(shape.Channels, 16, random)),      // (B, 16, H / 2, W / 2)
            ("relu1", nn.ReLU(inplace: true)),
            ("convolution2", new Convolution2d(16, 32, random)),                  // (B, 32, H / 4, W / 4)
            ("relu2", nn.ReLU(inplace: true)),
            ("flatten", nn.Flatten()),
            ("dense", new Dense(32 * height * width, FeatureSize, random)),
            ("relu3", nn.ReLU(inplace: true)));
        logits = new Dense(FeatureSize, Classes, random);
        RegisterComponents();
    }

    /// <summary>What a row is an image of.</summary>
    public ImageShape Shape { get; }

    /// <summary>C, the classes that it tells apart: 0 to C − 1.</summary>
    public int Classes { get; }

    /// <summary>Trains a classifier by Adam on the cross-entropy of the labels.</summary>
    /// <param name="images">Bytes of images with their labels.</param>
    /// <param name="epochs">Passes over the images. Range: at least 1.</param>
    /// <param name="seed">Decides the initial weights and the order of the images.</param>
    /// <returns>The trained classifier; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The data are not images in bytes, or have no labels.</exception>
    /// <exception cref="OperationCanceledException">Training was interrupted (<see cref="Interruption"/>).</exception>
    public static ImageClassifier Train(Dataset images, int epochs = 5, long seed = 1)
    {
        if (images.Shape is not { } shape || !images.IsBytes || images.Labels is null)
        {
            throw new ArgumentException($"expected bytes of images with labels, found {images}.", nameof(images));
        }
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
        var classifier = new ImageClassifier(shape, images.ClassNames.Count, seed);
        try
        {
            classifier.Fit(images, epochs, seed);
            return classifier;
        }
        catch
        {
            classifier.Dispose();
            throw;
        }
    }

    /// <summary>Loads a saved classifier.</summary>
    /// <param name="path">The file that <see cref="Save"/> wrote.</param>
    /// <param name="shape">What its rows are images of.</param>
    /// <param name="classes">The classes that it tells apart.</param>
    /// <returns>The classifier; the caller disposes it.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged or holds other weights; the message names it.</exception>
    public static ImageClassifier Load(string path, ImageShape shape, int classes) =>
        Safetensors.ReadInto(path, new ImageClassifier(shape, classes), $"a classifier of {classes} classes of images {shape}");

    /// <summary>Saves the weights as safetensors: all of them or nothing.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    public void Save(string path) => Safetensors.Write(path, state_dict().Select(entry => (entry.Key, entry.Value)));

    /// <summary>The logits of every class.</summary>
    /// <param name="x">Intensities in [0, 1], (B, D_x), float32.</param>
    /// <returns>(B, C); the caller disposes it.</returns>
    public override Tensor forward(Tensor x)
    {
        using var last = LastFeatures(x);
        return logits.forward(last);
    }

    /// <summary>The features that the classes are read from, without gradients.</summary>
    /// <param name="images">Bytes, or intensities in [0, 1] as float32, (N, D_x).</param>
    /// <returns>(N, <see cref="FeatureSize"/>), float32, at least 0; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The tensor is none of that.</exception>
    public Tensor Features(Tensor images)
    {
        Check(images, 1, nameof(images));
        return LatentModel.InBatches(images, batch => LastFeatures(LatentModel.Intensities(batch)));
    }

    /// <summary>p(class | image), without gradients.</summary>
    /// <param name="images">Bytes, or intensities in [0, 1] as float32, (N, D_x).</param>
    /// <returns>(N, C), float32, rows sum to one; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The tensor is none of that.</exception>
    public Tensor Probabilities(Tensor images)
    {
        Check(images, 1, nameof(images));
        return LatentModel.InBatches(images, batch => nn.functional.softmax(forward(LatentModel.Intensities(batch)), 1));
    }

    /// <summary>The most probable class of every image.</summary>
    /// <param name="images">Bytes, or intensities in [0, 1] as float32, (N, D_x).</param>
    /// <returns>N numbers from 0 to C − 1.</returns>
    /// <exception cref="ArgumentException">The tensor is none of that.</exception>
    public int[] Predict(Tensor images)
    {
        using var probabilities = Probabilities(images);
        using var classes = probabilities.argmax(1);
        return [.. classes.data<long>().ToArray().Select(label => (int)label)];
    }

    /// <summary>The share of images given their own label, in [0, 1].</summary>
    /// <param name="images">Bytes of images with their labels, best ones that it was not trained on.</param>
    /// <exception cref="ArgumentException">The images are of another shape, or their labels of other classes.</exception>
    public double Accuracy(Dataset images)
    {
        if (!images.IsBytes || images.Shape != Shape || images.Labels is null || images.ClassNames.Count > Classes)
        {
            throw new ArgumentException($"expected bytes of images of {Shape} with labels of at most {Classes} classes, found {images}.", nameof(images));
        }
        using var values = images.ToTensor();
        return Predict(values).Zip(images.Labels).Average(pair => pair.First == pair.Second ? 1.0 : 0.0);
    }

    /// <summary>Throws <see cref="ArgumentException"/> unless these are images, bytes or intensities in [0, 1] as float32, (N, D_x), N at least <paramref name="least"/>.</summary>
    internal void Check(Tensor images, long least, string name)
    {
        if (images.dim() != 2 || images.shape[0] < least || images.shape[1] != Shape.Size || images.dtype is not (ScalarType.Byte or ScalarType.Float32))
        {
            throw new ArgumentException(
                $"expected images (N, {Shape.Size}) of {Shape} as bytes or float32, N at least {least}, found {images.dtype} ({string.Join(", ", images.shape)}).", name);
        }
        if (images.dtype == ScalarType.Float32)
        {
            CheckIntensities(images, name);
        }
    }

    private static void CheckIntensities(Tensor images, string name)
    {
        using var scope = NewDisposeScope();
        float least = images.min().item<float>(), most = images.max().item<float>();
        if (!(least >= 0 && most <= 1))     // NaN compares false
        {
            throw new ArgumentException($"expected intensities in [0, 1], found {least} to {most}.", name);
        }
    }

    private Tensor LastFeatures(Tensor x)
    {
        using var images = x.reshape(-1, Shape.Channels, Shape.Height, Shape.Width);
        return features.forward(images);
    }

    private void Fit(Dataset data, int epochs, long seed)
    {
        using var scope = NewDisposeScope();
        Tensor images = data.ToTensor(), labels = tensor(data.Labels!.ToArray(), int64);
        using var optimizer = new FusedAdam(parameters());
        using var random = new Generator((ulong)seed);
        var interruption = Interruption.Token;
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            using var epochScope = NewDisposeScope();
            foreach (var batch in randperm(data.Count, ScalarType.Int64, generator: random).split(BatchSize))
            {
                interruption.ThrowIfCancellationRequested();
                Step(optimizer, images, labels, batch);
            }
        }
    }

    private void Step(FusedAdam optimizer, Tensor images, Tensor labels, Tensor batch)
    {
        using var scope = NewDisposeScope();
        var x = LatentModel.Intensities(images.index_select(0, batch));
        nn.functional.cross_entropy(forward(x), labels.index_select(0, batch)).backward();
        optimizer.Step();
        optimizer.ClearGradients();
    }
}
