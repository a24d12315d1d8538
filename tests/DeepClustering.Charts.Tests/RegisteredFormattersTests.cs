using DeepClustering.Augmentations;
using DeepClustering.Data;
using DeepClustering.Likelihoods;
using DeepClustering.Metrics;
using DeepClustering.Mixtures;
using DeepClustering.Models;
using DeepClustering.Networks;
using DeepClustering.Runs;
using DeepClustering.Training;
using Microsoft.Data.Analysis;
using Microsoft.DotNet.Interactive.Formatting;
using TorchSharp;
using Xunit;

namespace DeepClustering.Charts.Tests;

/// <summary>What .NET Interactive's own formatter makes of values whose types know nothing of it.</summary>
public sealed class RegisteredFormattersTests
{
    static RegisteredFormattersTests()
    {
        // An assembly is loaded when a type of it is first used.
        Assert.NotNull(typeof(Formatter).Assembly);
        NotebookFormatting.Register();
    }

    [Fact]
    public void AFrameIsATableOfItsFirstRows()
    {
        var frame = Frame(21);
        Assert.Equal(["text/html", "text/plain"], Formatter.GetPreferredMimeTypesFor(typeof(DataFrame)));
        Assert.Equal(20, Html(frame).Split("<tr><td").Length - 1);
        Assert.EndsWith("</table><p>… 21 rows in all</p>", Html(frame));
        Assert.EndsWith("\n<19>   19\n… 21 rows in all", Plain(frame));
        Assert.Contains("&lt;19&gt;</td>", Html(frame));
        Assert.DoesNotContain("<19>", Html(frame));
    }

    [Fact]
    public void AShortFrameIsShownWhole()
    {
        Assert.Equal(20, Html(Frame(20)).Split("<tr><td").Length - 1);
        Assert.EndsWith("</table>", Html(Frame(20)));
        Assert.Equal("a & b  n\n-----  -\nno rows", Plain(Frame(0)));
        Assert.Contains("a &amp; b</th>", Html(Frame(0)));
        Assert.Equal("DataFrame without columns", Plain(new DataFrame()));
    }

    [Fact]
    public void ATensorIsShapeTypeAndOutermostValues()
    {
        using var scope = torch.NewDisposeScope();
        Assert.Equal("torch.Tensor (10000, 784), Byte, cpu\n" + Square("[0, 0, 0, ... 0, 0, 0]"), Plain(torch.zeros(10000, 784, dtype: torch.uint8)));
        Assert.Equal("torch.Tensor (2), Float32, cpu\n[0.5, -1]", Plain(torch.tensor([0.5f, -1])));
        Assert.Equal("torch.Tensor (), Float64, cpu\n[3.5]", Plain(torch.tensor(3.5)));
        Assert.Equal("torch.Tensor (0, 5), Float32, cpu", Plain(torch.zeros(0, 5)));
        Assert.Equal("torch.Tensor (2, 1, 1, 2), Int64, cpu\n[0, 0, :, :] =\n[[0, 1]]", Plain(torch.arange(4L).reshape(2, 1, 1, 2)));
        Assert.Equal("torch.Tensor (2), Float32, meta", Plain(torch.zeros(2, device: torch.META)));
        Assert.Equal("<pre>torch.Tensor (2), Bool, cpu\n[True, False]</pre>", Html(torch.tensor([true, false])));
        Assert.Equal("torch.Tensor (2), Float32, cpu\n[1, 1]", Plain(new TorchSharp.Modules.Parameter(torch.ones(2))));
        Assert.StartsWith("torch.Tensor (2, 2), Float32, cpu", Plain(torch.eye(2).to_sparse()));
    }

    [Fact]
    public void OfALargeTensorLittleIsRead()
    {
        // 4 TB if it were ever laid out: one value, seen as a matrix.
        using var scope = torch.NewDisposeScope();
        var wide = torch.ones(1).expand(1_000_000, 1_000_000).t();
        var tensors = torch.NewDisposeScope();
        Assert.Equal("torch.Tensor (1000000, 1000000), Float32, cpu\n" + Square("[1, 1, 1, ... 1, 1, 1]"), Plain(wide));
        Assert.Equal(0, tensors.DisposablesCount);
        tensors.Dispose();
    }

    [Fact]
    public void ADisposedTensorIsSaidToBe()
    {
        var tensor = torch.ones(2);
        tensor.Dispose();
        Assert.Equal("torch.Tensor, disposed", Plain(tensor));
        Assert.Equal("<pre>torch.Tensor, disposed</pre>", Html(tensor));
    }

    [Fact]
    public void OptionsAreTablesOfTwoColumns()
    {
        Assert.Equal(
            """
            TrainingOptions
            -----------------  ---------------------------------------------------------------
            Epochs             12
            BatchSize          128
            LearningRate       0.001
            FinalLearningRate  1E-05
            Precision          Mixed
            Augmentation       { Rotation = 10, Shift = 2, Scale = 0, Stretch = 0, Shear = 0 }
            Corruption
            InputDropout       0
            SelfAugmentation
            Adversary
            StartWeight        0
            AddedTermsFadeOut  False
            FitsPriorAtTheEnd  False
            PriorLearningRate
            Seed               1
            """,
            Plain(new TrainingOptions { Epochs = 12, FinalLearningRate = 1e-5, Precision = Precision.Mixed, Augmentation = new Affine { Rotation = 10, Shift = 2 } }));
        Assert.StartsWith("GaussianMixtureOptions\n", Plain(new GaussianMixtureOptions { Components = 10 }));
        Assert.Contains("<td style=\"text-align:left\">Components</td><td style=\"text-align:left\">10</td>", Html(new GaussianMixtureOptions { Components = 10 }));
        string recipe = Plain(VadeRecipe.SelfAugmented with { Name = "<mine>" });
        Assert.Matches(@"\nJoint +\{ Epochs = 7, BatchSize = 256, LearningRate = 0\.003, ", recipe);
        Assert.Contains("SelfAugmentation = { Weight = 400, ", recipe);
        Assert.Contains("&lt;mine&gt;", Html(VadeRecipe.SelfAugmented with { Name = "<mine>" }));
    }

    [Fact]
    public void ARunSaysWhatWasTrainedAndWhatCameOfIt()
    {
        using var vade = new Vade(3, new MultilayerPerceptron { InputSize = 4, HiddenWidths = [3], LatentSize = 2 }, new Gaussian(0.2));
        var digits = Dataset.FromBytes("tiny & <small>", new ImageShape(1, 2, 2), [1, 2, 3, 4], ClassLabels.Of([7]));
        var epoch = new Epoch(1, 2, 1, new Dictionary<string, double>(), 5.25, null);
        var run = Run.Of(vade, digits, "two-step", 9, new Stage("training", new() { Epochs = 2 }, [epoch]));
        string text = Plain(run);
        Assert.Contains("\nmodel         Vade\n", text);
        Assert.Contains("\narchitecture  4-3-2\nlikelihood    Gaussian { StandardDeviation = 0.2, Support = UnitInterval }\ncomponents    3\nseed          9\n", text);
        Assert.Contains("\ndata          tiny & <small>, 1 samples\ntraining      1 of 2 epochs, 5 s\nmade by ", text);
        Assert.DoesNotContain("accuracy", text);
        Assert.Contains("tiny &amp; &lt;small&gt;", Html(run));
        Assert.Contains("\naccuracy      0.5\n", Plain(run with { Scores = new ClusteringScores(0.5, 0.25, null, null, null, null) }));
        using var vae = new Vae(vade.Architecture);
        Assert.Contains("\nlikelihood    Bernoulli\nseed", Plain(Run.Of(vae, digits, "VAE", 9)));
    }

    private static DataFrame Frame(int rows) => new(
        new StringDataFrameColumn("a & b", Enumerable.Range(0, rows).Select(row => $"<{row}>")),
        new Int32DataFrameColumn("n", Enumerable.Range(0, rows)));

    private static string Square(string row) =>
        $"[{row}\n {row}\n {row}\n ...\n {row}\n {row}\n {row}]";

    private static string Html(object value) => value.ToDisplayString("text/html");

    private static string Plain(object value) => value.ToDisplayString("text/plain");
}
