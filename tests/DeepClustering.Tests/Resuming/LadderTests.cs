using DeepClustering.Runs;
using DeepClustering.Studies;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Resuming;

/// <summary>With the runs of <see cref="SmallTraining"/>, whose checkpoints hold an autoencoder.</summary>
[Collection(nameof(SmallTraining))]
public sealed class LadderTests
{
    [Fact]
    public void EveryMethodHasItsRowAndTheAutoencoderComesFromTheRun()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder(inMemory: true);
        string vaeFolder = Path.Combine(folder.Path, "vae"), vadeFolder = Path.Combine(folder.Path, "vade");
        SmallTraining.Train("vae", vaeFolder);
        SmallTraining.Train("vade", vadeFolder);
        Run vae = Run.Load(vaeFolder, "a test"), vade = Run.Load(vadeFolder, "a test");

        var reported = new List<LadderRow>();
        var rows = Ladder.Climb(SmallTraining.Digits, vae, [vade], seed: 1, reported.Add);
        Assert.Equal(
            ["k-means on the values", "PCA (16) + k-means", "VAE + Gaussian mixture", "autoencoder + k-means", "autoencoder + spectral clustering", "VaDE, small"],
            rows.Select(row => row.Method));
        Assert.Equal(rows, reported);
        Assert.All(rows, row => Assert.InRange(row.Accuracy, 1 / 3.0, 1));
        // All 16 components turn and shift the points, no more.
        Assert.Equal(rows[0] with { Method = "", Seconds = 0 }, rows[1] with { Method = "", Seconds = 0 });
        Assert.Equal((vade.Scores!.Accuracy, vade.Scores.VMeasure, vade.Scores.AdjustedRandIndex), (rows[5].Accuracy, rows[5].VMeasure, rows[5].AdjustedRandIndex));
        Assert.True(rows[2].Seconds > vae.Stages[0].History.Sum(epoch => epoch.Seconds));

        using (var autoencoder = vade.LoadAutoencoder())
        {
            Assert.Equal(SmallTraining.Architecture.ToString(), autoencoder!.Architecture.ToString());
        }
        Assert.Null(vae.LoadAutoencoder());
        Directory.Delete(Path.Combine(vadeFolder, "checkpoints", "pretraining"), recursive: true);
        Assert.Null(vade.LoadAutoencoder());
        Assert.Equal(4, Ladder.Climb(SmallTraining.Digits, vae, [vade]).Count);
        Assert.Throws<InvalidDataException>(() => Ladder.Climb(SmallTraining.Digits.Take(30), vae, [vade]));
        Assert.Throws<ArgumentException>(() => Ladder.Climb(SmallTraining.Digits.WithoutLabels(), vae, [vade]));
    }

    [Fact]
    public void ADamagedCheckpointOfTheAutoencoderIsNamed()
    {
        using var folder = new TemporaryFolder(inMemory: true);
        SmallTraining.Train("vade", folder.Path);
        string weights = Directory.GetFiles(Path.Combine(folder.Path, "checkpoints", "pretraining"), "weights.safetensors", SearchOption.AllDirectories).Single();
        using (var file = File.OpenWrite(weights))
        {
            file.Position = file.Length - 1;
            file.WriteByte(77);
        }
        Assert.Contains(weights, Assert.Throws<InvalidDataException>(() => Run.Load(folder.Path, "a test").LoadAutoencoder()).Message);
    }
}
