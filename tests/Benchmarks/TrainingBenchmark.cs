using System.Diagnostics;
using DeepClustering.Models;
using DeepClustering.Networks;
using DeepClustering.Training;
using static TorchSharp.torch;

namespace Benchmarks;

/// <summary>One setting of the training: how long a step takes, as trained and in parts, beside the matrix products that it needs.</summary>
internal sealed class TrainingBenchmark : IDisposable
{
    private readonly Tensor _images;
    private readonly Architecture _architecture;
    private readonly TrainingOptions _options;
    private readonly int _steps;
    private readonly List<IDisposable> _owned = [];

    /// <param name="images">Digits to train on, (N, 784) bytes.</param>
    /// <param name="options">Batch size and precision.</param>
    /// <param name="steps">Steps a measurement is the mean of.</param>
    public TrainingBenchmark(Tensor images, TrainingOptions options, int steps)
    {
        (_steps, _options) = (steps, options with { Epochs = int.MaxValue, LearningRate = 1e-4 });
        long count = (long)steps * options.BatchSize;
        if (images.shape[0] < count)
        {
            throw new ArgumentException($"{steps} steps of {options.BatchSize} need {count} digits, found {images.shape[0]}; ask for fewer steps.", nameof(images));
        }
        _images = Own(images.narrow(0, 0, count));
        _architecture = new MultilayerPerceptron { InputSize = (int)images.shape[1] };
    }

    public int BatchSize => _options.BatchSize;

    public override string ToString() => $"batch {BatchSize}, {_options.Precision.ToString().ToLowerInvariant()} precision";

    /// <summary>What is measured, in the order of the table.</summary>
    public IReadOnlyList<Func<IEnumerable<(string Name, double Milliseconds)>>> Subjects()
    {
        Vade vade = Own(new Vade(10, _architecture)), parts = Own(new Vade(10, _architecture));
        var floor = Own(new GemmFloor(vade, _options.BatchSize, _options.Precision == Precision.Mixed ? ScalarType.BFloat16 : ScalarType.Float32));
        return
        [
            Interleaved.Mean("matrix products alone", _steps, floor.Run),
            Steps("Autoencoder", Own(new Autoencoder(_architecture))),
            Steps("VAE", Own(new Vae(_architecture))),
            Steps("VaDE", vade),
            Parts(parts),
        ];
    }

    public void Dispose()
    {
        foreach (var owned in Enumerable.Reverse(_owned))
        {
            owned.Dispose();
        }
    }

    /// <summary>Steps as trained: short epochs of the library's own trainer.</summary>
    private Func<IEnumerable<(string, double)>> Steps(string name, LatentModel model)
    {
        var epochs = Own(Own(new Trainer(model, _images, _options)).Fit().GetEnumerator());
        return () =>
        {
            epochs.MoveNext();
            return [(name, 1000 * epochs.Current.Seconds / _steps)];
        };
    }

    /// <summary>The same steps taken apart, with a clock between the parts.</summary>
    private Func<IEnumerable<(string, double)>> Parts(Vade vade)
    {
        var adam = Own(new FusedAdam(vade.parameters(), _options.LearningRate));
        using var random = new Generator(1);
        var order = Own(randperm(_images.shape[0], generator: random));
        string[] names = ["batch", "forward pass with loss", "backward pass", "optimizer"];
        return () =>
        {
            double[] sums = new double[names.Length];
            for (int step = 0; step < _steps; step++)
            {
                using var scope = NewDisposeScope();
                using var products = new Autocast(_options.Precision);
                var clock = Stopwatch.StartNew();
                void Lap(int part)
                {
                    sums[part] += clock.Elapsed.TotalMilliseconds / _steps;
                    clock.Restart();
                }
                var x = LatentModel.Intensities(_images.index_select(0, order.narrow(0, (long)step * _options.BatchSize, _options.BatchSize)));
                Lap(0);
                var loss = vade.Loss(x);
                Lap(1);
                adam.ClearGradients();
                loss.Total.backward();
                Lap(2);
                adam.Step();
                Lap(3);
            }
            return names.Select((name, part) => ($"  VaDE's {name}", sums[part]));
        };
    }

    private T Own<T>(T value) where T : IDisposable
    {
        _owned.Add(value);
        return value;
    }
}
