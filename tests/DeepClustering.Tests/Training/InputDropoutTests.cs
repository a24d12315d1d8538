using DeepClustering.Models;
using DeepClustering.Naming;
using DeepClustering.Networks;
using DeepClustering.Training;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Training;

/// <summary>What an autoencoder's encoder is given, recorded by a network that does nothing else.</summary>
public sealed class InputDropoutTests : IDisposable
{
    private const int Rows = 100, Width = 200;

    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(0.2)]
    [InlineData(0.7)]
    public void AShareIsHiddenAndTheRestMadeLargerSoThatTheMeanStays(double share)
    {
        var seen = Seen(new() { Epochs = 1, BatchSize = Rows, InputDropout = share, Seed = 3 });
        double kept = seen.ne(0).to(float64).mean().item<double>();
        // Rows · Width draws: four standard errors.
        Assert.Equal(1 - share, kept, 4 * Math.Sqrt(share * (1 - share) / (Rows * Width)));
        float[] values = [.. seen.data<float>().ToArray().Distinct().Order()];
        Assert.Equal([0, (float)(0.5 / (1 - share))], values.Select(value => (float)Math.Round(value, 6)), (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public void WithoutItAllIsSeen() => Assert.True(Seen(new() { Epochs = 1, BatchSize = Rows }).eq(0.5).all().item<bool>());

    private static Tensor Seen(TrainingOptions options)
    {
        NamedTypes.Register<Architecture, Recording>();
        Recording.Last = null;
        using var autoencoder = new Autoencoder(new Recording { InputSize = Width, LatentSize = 2 });
        using var trainer = new Trainer(autoencoder, full([Rows, Width], 0.5, float32), options);
        Assert.Single(trainer.Fit());
        return Recording.Last!;
    }

    private sealed record Recording : Architecture
    {
        public static Tensor? Last { get; set; }

        public override (nn.Module<Tensor, Tensor> Layers, int Width) EncoderLayers(Generator random) => (new Recorder(), InputSize);

        public override nn.Module<Tensor, Tensor> DecoderLayers(int outputsPerFeature, Generator random) => new Dense(LatentSize, InputSize * outputsPerFeature, random);
    }

    private sealed class Recorder() : nn.Module<Tensor, Tensor>(nameof(Recorder))
    {
        public override Tensor forward(Tensor x)
        {
            Recording.Last = x.clone().DetachFromDisposeScope();
            return x.alias();
        }
    }
}
