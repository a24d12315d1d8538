using DeepClustering.Data;
using DeepClustering.Models;
using DeepClustering.Networks;
using DeepClustering.Runs;
using DeepClustering.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepClustering.Samples;

/// <summary>A small convolutional network that reads 28 × 28 digits: the judge of generated ones.</summary>
/// <remarks>It learns from labels, so it is for scoring samples only and no part of a clustering. It owns its layers; dispose it when done.</remarks>
public sealed class DigitClassifier : nn.Module<Tensor, Tensor>
{
    /// <summary>Width of the layer before the logits.</summary>
    public const int FeatureSize = 64;

    /// <summary>Classes that it tells apart: the digits 0..9.</summary>
    public const int Classes = 10;

    private const int Side = 28, BatchSize = 64;

    private readonly Sequential features;
    private readonly Dense logits;

    /// <summary>An untrained classifier.</summary>
    /// <param name="seed">Decides the initial weights.</param>
    public DigitClassifier(long seed = 1) : base(nameof(DigitClassifier))
    {
        using var random = new Generator((ulong)seed);
        features = nn.Sequential(
            ("convolution1", new Convolution2d(1, 16, random)),        // (B, 16, 14, 14)
            ("relu1", nn.ReLU(inplace: true)),
            ("convolution2", new Convolution2d(16, 32, random)),       // (B, 32, 7, 7)
            ("relu2", nn.ReLU(inplace: true)),
            ("flatten", nn.Flatten()),
            ("dense", new Dense(32 * 7 * 7, FeatureSize, random)),
            ("relu3", nn.ReLU(inplace: true)));
        logits = new Dense(FeatureSize, Classes, random);
        RegisterComponents();
    }

    /// <summary>Trains a classifier by Adam on the cross-entropy of the labels.</summary>
    /// <param name="digits">28 × 28 digits with their labels.</param>
    /// <param name="epochs">Passes over the digits. Range: at least 1.</param>
    /// <param name="seed">Decides the initial weights and the order of the digits.</param>
    /// <returns>The trained classifier; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The digits are of another size, or their labels are no ten classes.</exception>
    /// <exception cref="OperationCanceledException">Training was interrupted (<see cref="Interruption"/>).</exception>
    public static DigitClassifier Train(Dataset digits, int epochs = 5, long seed = 1)
    {
        Check(digits);
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
        var classifier = new DigitClassifier(seed);
        try
        {
            classifier.Fit(digits, epochs, seed);
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
    /// <returns>The classifier; the caller disposes it.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged or holds other weights; the message names it.</exception>
    public static DigitClassifier Load(string path) => Safetensors.ReadInto(path, new DigitClassifier(), "the digit classifier");

    /// <summary>Saves the weights as safetensors: all of them or nothing.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    public void Save(string path) => Safetensors.Write(path, state_dict().Select(entry => (entry.Key, entry.Value)));

    /// <summary>The logits of every class.</summary>
    /// <param name="x">Intensities in [0, 1], (B, 784), float32.</param>
    /// <returns>(B, 10); the caller disposes it.</returns>
    public override Tensor forward(Tensor x)
    {
        using var last = LastFeatures(x);
        return logits.forward(last);
    }

    /// <summary>The features that the classes are read from, without gradients.</summary>
    /// <param name="digits">Bytes, or intensities in [0, 1] as float32, (N, 784).</param>
    /// <returns>(N, <see cref="FeatureSize"/>), float32, at least 0; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The tensor is none of that.</exception>
    public Tensor Features(Tensor digits)
    {
        Check(digits, 1, nameof(digits));
        return LatentModel.InBatches(digits, batch => LastFeatures(LatentModel.Intensities(batch)));
    }

    /// <summary>p(class | digit), without gradients.</summary>
    /// <param name="digits">Bytes, or intensities in [0, 1] as float32, (N, 784).</param>
    /// <returns>(N, 10), float32, rows sum to one; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The tensor is none of that.</exception>
    public Tensor Probabilities(Tensor digits)
    {
        Check(digits, 1, nameof(digits));
        return LatentModel.InBatches(digits, batch => nn.functional.softmax(forward(LatentModel.Intensities(batch)), 1));
    }

    /// <summary>The most probable class of every digit.</summary>
    /// <param name="digits">Bytes, or intensities in [0, 1] as float32, (N, 784).</param>
    /// <returns>N numbers from 0 to 9.</returns>
    /// <exception cref="ArgumentException">The tensor is none of that.</exception>
    public int[] Predict(Tensor digits)
    {
        using var probabilities = Probabilities(digits);
        using var classes = probabilities.argmax(1);
        return [.. classes.data<long>().ToArray().Select(label => (int)label)];
    }

    /// <summary>The share of digits given their own label, in [0, 1].</summary>
    /// <param name="digits">28 × 28 digits, best ones that it was not trained on.</param>
    /// <exception cref="ArgumentException">The digits are of another size, or their labels are no ten classes.</exception>
    public double Accuracy(Dataset digits)
    {
        Check(digits);
        using var images = digits.ToTensor();
        return Predict(images).Zip(digits.Labels!).Average(pair => pair.First == pair.Second ? 1.0 : 0.0);
    }

    /// <summary>Throws <see cref="ArgumentException"/> unless these are digits, bytes or intensities in [0, 1] as float32, (N, 784), N at least <paramref name="least"/>.</summary>
    internal static void Check(Tensor digits, long least, string name)
    {
        if (digits.dim() != 2 || digits.shape[0] < least || digits.shape[1] != Side * Side || digits.dtype is not (ScalarType.Byte or ScalarType.Float32))
        {
            throw new ArgumentException(
                $"expected digits (N, {Side * Side}) as bytes or float32, N at least {least}, found {digits.dtype} ({string.Join(", ", digits.shape)}).", name);
        }
        if (digits.dtype == ScalarType.Float32)
        {
            CheckIntensities(digits, name);
        }
    }

    private static void CheckIntensities(Tensor digits, string name)
    {
        using var scope = NewDisposeScope();
        float least = digits.min().item<float>(), most = digits.max().item<float>();
        if (!(least >= 0 && most <= 1))     // NaN compares false
        {
            throw new ArgumentException($"expected intensities in [0, 1], found {least} to {most}.", name);
        }
    }

    private Tensor LastFeatures(Tensor x)
    {
        using var images = x.reshape(-1, 1, Side, Side);
        return features.forward(images);
    }

    private void Fit(Dataset digits, int epochs, long seed)
    {
        using var scope = NewDisposeScope();
        Tensor images = digits.ToTensor(), labels = tensor(digits.Labels!.ToArray(), int64);
        using var optimizer = new FusedAdam(parameters());
        using var random = new Generator((ulong)seed);
        var interruption = Interruption.Token;
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            using var epochScope = NewDisposeScope();
            foreach (var batch in randperm(digits.Count, ScalarType.Int64, generator: random).split(BatchSize))
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

    private static void Check(Dataset digits)
    {
        if (!digits.IsBytes || digits.Shape != new ImageShape(1, Side, Side))
        {
            throw new ArgumentException($"expected bytes of images of {Side} × {Side}, found {digits}{(digits.IsBytes ? "" : " that are no bytes")}.", nameof(digits));
        }
        if (digits.Labels is null || digits.ClassNames.Count > Classes)
        {
            throw new ArgumentException($"expected labels of at most {Classes} classes, found {digits.ClassNames.Count} classes.", nameof(digits));
        }
    }
}
