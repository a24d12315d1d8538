using System.Collections.Immutable;
using System.Reflection;
using DeepClustering.Augmentations;
using DeepClustering.Data;
using DeepClustering.Likelihoods;
using DeepClustering.Networks;
using DeepClustering.Runs;
using DeepClustering.Training;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Runs;

/// <summary>A run's folder of a version in which there was one network, one augmentation and no shape (commit 79cd5a3), with what that version computed.</summary>
public sealed class EarlierRunTests
{
    private static readonly string _folder = Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "EarlierRun").Value!;

    private static readonly TrainingOptions _options = new()
    {
        Epochs = 2,
        BatchSize = 10,
        Augmentation = new Affine { Rotation = 10, Shift = 1 },
        SelfAugmentation = new(),
        PriorLearningRate = 5e-3,
    };

    private static Dataset Squares()
    {
        ImmutableArray<byte> pixels = [.. Enumerable.Range(0, 80).Select(i => (byte)(i * i * 37 % 256))];
        return Dataset.FromBytes("twenty squares", new ImageShape(1, 2, 2), pixels, new ClassLabels([.. Enumerable.Range(0, 20).Select(i => i % 10)], [.. "0123456789".Select(digit => digit.ToString())]));
    }

    [Fact]
    public void ItsRecordAndItsModelLoad()
    {
        using var scope = NewDisposeScope();
        var run = Run.Load(_folder, "a test");
        Assert.Equal("4-3-2", Assert.IsType<MultilayerPerceptron>(run.Architecture).ToString());
        Assert.Equal(new Gaussian(0.2), run.Likelihood);
        Assert.Equal(_options.Augmentation, run.Stages[0].Options.Augmentation);
        Assert.Equal(["reconstruction", "KL(z|c)", "KL(c)", "consistency", "information"], run.Stages[0].History[0].Parts.Keys);
        run.RequireData(Squares());
        using var vade = run.LoadVade();
        using var images = Squares().ToTensor();
        float[] codes = vade.Encode(images.narrow(0, 0, 3)).data<float>().ToArray();
        float[] then = [-0.14571962f, -0.50995404f, -0.06058892f, -0.42016128f, -0.09508626f, -0.6786374f];
        Assert.All(then.Zip(codes), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        Assert.Equal(new int[20], vade.Predict(images));
    }

    [Fact]
    public void ItIsRunAgainWithTheSameOptionsAndRefusedWithOthers()
    {
        using var copy = new TemporaryFolder();
        Directory.CreateDirectory(copy["checkpoints"]);
        File.Copy(Path.Combine(_folder, "checkpoints", "plan.json"), copy["checkpoints/plan.json"]);
        using (RunFolder.Open(copy.Path, Squares(), _options))
        {
        }
        var other = _options with { Augmentation = new Affine { Rotation = 11, Shift = 1 } };
        string message = Assert.Throws<InvalidDataException>(() => RunFolder.Open(copy.Path, Squares(), other)).Message;
        Assert.Contains("Plan.Augmentation.Rotation", message, StringComparison.Ordinal);
        Assert.DoesNotContain("$type", message, StringComparison.Ordinal);
    }
}
