using DeepClustering.Data;
using DeepClustering.Models;
using DeepClustering.Networks;
using DeepClustering.Runs;
using DeepClustering.Training;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Runs;

public sealed class AssignTests : IDisposable
{
    private static readonly Dataset _table = Dataset.FromFloats("table", ["height", "weight", "age"],
        [.. Enumerable.Range(0, 90).Select(i => (float)(100 + i / 3 % 2 * 50 + i * 37 % 11))], rowNames: [.. Enumerable.Range(0, 30).Select(i => $"row {i}")]);

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"assign-{Guid.NewGuid():N}");

    public void Dispose()
    {
        _scope.Dispose();
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private Run Saved()
    {
        var recipe = VadeRecipe.TwoStep.For(30, seed: 3).With(pretrainingEpochs: 3, jointEpochs: 2);
        using var fit = recipe.Fit(_table, new()
        {
            Clusters = 2,
            Architecture = new MultilayerPerceptron { InputSize = 3, HiddenWidths = [8], LatentSize = 2 },
        });
        Run.Of(fit, _table).Save(_folder, fit.Model);
        return Run.Load(_folder, "its notebook");
    }

    [Fact]
    public void NewRowsAreScaledAsTheTrainingRowsWereAndJudgedByTheTrainedModel()
    {
        var run = Saved();
        var assigned = run.Assign(_table);

        using var model = run.LoadVade();
        var rows = Scaling.Fit(ScalingKind.Standardised, _table).Apply(_table.ToTensor());
        Assert.Equal(model.Predict(rows), assigned.Select(row => row.Cluster));
        Assert.Equal(model.Responsibilities(rows).data<float>().ToArray(), assigned.SelectMany(row => row.Responsibilities));
        Assert.Equal("row 0", assigned[0].Id);
        // The table has equal rows: none of them is more unusual than its like.
        Assert.All(assigned, row => Assert.Equal(assigned.Count(other => other.NegativeBound < row.NegativeBound) / 30.0, row.Unusualness));

        var strange = Dataset.FromFloats("strange", _table.Columns, [5_000, -5_000, 5_000]);
        Assert.Equal(1, run.Assign(strange)[0].Unusualness);
        Assert.Equal("1", run.Assign(strange)[0].Id);
    }

    [Fact]
    public void ColumnsAreTakenByTheirNames()
    {
        var run = Saved();
        var turned = Dataset.FromFloats("turned", ["age", "height", "weight"],
            [.. Enumerable.Range(0, 30).SelectMany(i => _table.Row(i) is var row ? new[] { row[2], row[0], row[1] } : [])]);
        Assert.Equal(run.Assign(_table).Select(row => row.NegativeBound), run.Assign(turned).Select(row => row.NegativeBound));
    }

    [Fact]
    public void RowsOfAnotherKindAreRefusedByName()
    {
        var run = Saved();
        var other = Dataset.FromFloats("other", ["height", "age", "colour"], [1, 2, 3]);
        string message = Assert.Throws<InvalidDataException>(() => run.Assign(other)).Message;
        Assert.Contains("'other' does not fit", message, StringComparison.Ordinal);
        Assert.Contains("no column 'weight'", message, StringComparison.Ordinal);
        Assert.Contains("column 'colour', which the run does not know", message, StringComparison.Ordinal);

        var images = Dataset.FromBytes("images", new ImageShape(1, 2, 2), [.. Enumerable.Range(0, 48).Select(i => (byte)i)]);
        using var vade = new Vade(2, new MultilayerPerceptron { InputSize = 4, Shape = images.Shape, HiddenWidths = [5], LatentSize = 2 });
        string folder = Path.Combine(_folder, "images");
        Run.Of(vade, images, "none", 1).Save(folder, vade);
        var ofImages = Run.Load(folder, "its notebook");
        Assert.Equal(12, ofImages.Assign(images).Count);
        Assert.All(ofImages.Assign(images), row => Assert.Null(row.Unusualness));
        var larger = Dataset.FromBytes("larger", new ImageShape(1, 3, 3), [.. new byte[9]]);
        Assert.Contains("images of 3 × 3, expected 2 × 2", Assert.Throws<InvalidDataException>(() => ofImages.Assign(larger)).Message, StringComparison.Ordinal);
        Assert.Contains("3 values, expected 4", Assert.Throws<InvalidDataException>(() => ofImages.Assign(Dataset.FromBytes("narrow", ["a", "b", "c"], [1, 2, 3]))).Message, StringComparison.Ordinal);
        Assert.Contains("a table of 4 columns, expected images of 2 × 2, as bytes", Assert.Throws<InvalidDataException>(() => ofImages.Assign(Dataset.FromBytes("table", ["a", "b", "c", "d"], [1, 2, 3, 4]))).Message, StringComparison.Ordinal);
        Assert.Contains("bytes", Assert.Throws<InvalidDataException>(() => ofImages.Assign(Dataset.FromFloats("reals", ["a", "b", "c", "d"], [1, 2, 3, 4]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ARowsBoundIsTheMeanOfTheLossOverDrawsWhateverStandsBesideIt()
    {
        using var vade = new Vade(3, new MultilayerPerceptron { InputSize = 4, HiddenWidths = [5], LatentSize = 2 }, seed: 5);
        using var generator = new Generator(1);
        var x = rand([6, 4], generator: generator);
        float[] bounds = vade.NegativeBounds(x).data<float>().ToArray();
        Assert.Equal(bounds[4], vade.NegativeBounds(x[4..5]).item<float>(), 1e-5);

        float precise = vade.NegativeBounds(x[2..3], pairs: 2_000).item<float>();
        using var guard = no_grad();
        double[] draws = [.. Enumerable.Range(0, 40).Select(_ => (double)vade.Loss(x[2..3].expand(500, 4)).Total.item<float>())];
        double error = Math.Sqrt(draws.Select(draw => Math.Pow(draw - draws.Average(), 2)).Sum() / 39 / 40);
        Assert.InRange(precise, draws.Average() - 5 * error - 0.01, draws.Average() + 5 * error + 0.01);
        Assert.InRange(bounds[2], precise - 2, precise + 2);
    }
}
