using System.Text.Json.Nodes;
using DeepClustering.Data;
using DeepClustering.Likelihoods;
using DeepClustering.Metrics;
using DeepClustering.Models;
using DeepClustering.Networks;
using DeepClustering.Runs;
using DeepClustering.Tests.Data;
using DeepClustering.Training;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Runs;

public sealed class RunTests : IDisposable
{
    private static readonly Architecture _small = new MultilayerPerceptron { InputSize = 4, HiddenWidths = [5, 6], LatentSize = 2 };
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"runs-{Guid.NewGuid():N}", "vade");
    private readonly Dataset _digits = Dataset.FromBytes("two by two", new ImageShape(1, 2, 2),
        [.. Enumerable.Range(0, 48).Select(i => (byte)(i * 5))], ClassLabels.Of(Enumerable.Range(0, 12).Select(i => i % 3)));

    public void Dispose()
    {
        _scope.Dispose();
        if (Directory.Exists(Path.GetDirectoryName(_folder)))
        {
            Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);
        }
    }

    private Run SaveVade(Vade vade)
    {
        var images = _digits.ToTensor();
        using var trainer = new Trainer(vade, images, new TrainingOptions { Epochs = 2, BatchSize = 4 }, _digits.Labels);
        Assert.Equal(2, trainer.Fit().Count());
        var run = Run.Of(vade, _digits, "two-step", 7, new Stage("training", new() { Epochs = 2, BatchSize = 4 }, trainer.History)) with
        {
            Scores = ClusteringScores.Of(vade.Encode(images), _digits.Labels!, [.. Enumerable.Range(0, 12).Select(i => i % 2)]),
        };
        run.Save(_folder, vade);
        return run;
    }

    [Fact]
    public void ASavedRunComesBackWhole()
    {
        using var vade = new Vade(3, _small, new Gaussian(0.25), seed: 7);
        var saved = SaveVade(vade);
        var loaded = Run.Load(_folder, "vade.ipynb");
        using var again = loaded.LoadVade();

        var x = rand(5, 4);
        Assert.True(again.Responsibilities(x).equal(vade.Responsibilities(x)).all().item<bool>());
        Assert.True(again.Reconstruct(x).equal(vade.Reconstruct(x)).all().item<bool>());
        Assert.Equal(new Gaussian(0.25), loaded.Likelihood);
        Assert.Equal("4-5-6-2", loaded.Architecture.ToString());
        Assert.Equal((saved.Seed, saved.Provenance, saved.Scores), (loaded.Seed, loaded.Provenance, loaded.Scores));
        Assert.Equal(saved.Stages[0].Options, loaded.Stages[0].Options);
        Assert.Equal(saved.Stages[0].History.Select(epoch => epoch.ToString()), loaded.Stages[0].History.Select(epoch => epoch.ToString()));
        Assert.Equal([".lock", "history.json", "manifest.json", "metrics.json", "mixture.json", "run.json", "weights.safetensors"],
            Directory.GetFiles(_folder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void ScoresOnHeldOutDigitsAndTheRecipeComeBack()
    {
        using var vade = new Vade(3, _small);
        var run = SaveVade(vade);
        Assert.Null(Run.Load(_folder, "vade.ipynb").TestScores);
        var scores = new ClusteringScores(0.5, 0.25, null, 0.125, 3, null);
        (run with { TestScores = scores, StartAccuracy = 0.75 }).Save(_folder, vade);
        var loaded = Run.Load(_folder, "vade.ipynb");
        Assert.Equal((scores, 0.75, "two-step"), (loaded.TestScores, loaded.StartAccuracy, loaded.Recipe));
    }

    [Fact]
    public void AllRunsOfAFolderAreFoundButThoseBeingTrained()
    {
        string folder = Path.GetDirectoryName(_folder)!;
        Assert.Empty(Run.Find(folder));
        using var vade = new Vade(3, _small);
        var run = SaveVade(vade);
        (run with { Seed = 8 }).Save(Path.Combine(folder, "another"), vade);
        Directory.CreateDirectory(Path.Combine(folder, "notebooks"));
        RunFolder.Open(Path.Combine(folder, "begun"), _digits, "plan").Dispose();
        Assert.Equal([8, 7], Run.Find(folder).Select(found => found.Seed));
        string foreign = Directory.CreateDirectory(Path.Combine(folder, "foreign")).FullName;
        var warnings = new List<string>();
        foreach (string file in new[] { "run.json", "manifest.json" })
        {
            File.WriteAllText(Path.Combine(foreign, file), "{}");
            Assert.Equal([8, 7], Run.Find(folder, warnings.Add).Select(found => found.Seed));
        }
        Assert.All(warnings, warning => Assert.StartsWith($"{foreign} was passed over", warning, StringComparison.Ordinal));
        Assert.Equal(2, warnings.Count);
        File.WriteAllText(Path.Combine(folder, "another", "run.json"), "{");
        Assert.Contains("another", Assert.Throws<InvalidDataException>(() => Run.Find(folder)).Message, StringComparison.Ordinal);
    }

    /// <summary>Makes the folder one of an earlier version, which had no manifest, and changes the epochs of its history.</summary>
    private void EditHistory(Action<JsonObject> edit)
    {
        MakeOld();
        string path = Path.Combine(_folder, "history.json");
        var stages = JsonNode.Parse(File.ReadAllText(path))!.AsArray();
        foreach (var epoch in stages[0]!["History"]!.AsArray())
        {
            edit(epoch!.AsObject());
        }
        File.WriteAllText(path, stages.ToJsonString());
    }

    private void MakeOld()
    {
        string record = Path.Combine(_folder, "run.json");
        var run = JsonNode.Parse(File.ReadAllText(record))!.AsObject();
        run.Remove("Format");
        File.WriteAllText(record, run.ToJsonString());
        File.Delete(Path.Combine(_folder, "manifest.json"));
    }

    [Fact]
    public void AFolderOfAnEarlierVersionStillLoads()
    {
        using var vade = new Vade(3, _small);
        SaveVade(vade);
        MakeOld();
        var old = Run.Load(_folder, "vade.ipynb");
        using var again = old.LoadVade();
        old.Save(_folder, again);
        File.Delete(Path.Combine(_folder, "manifest.json"));
        Assert.Contains("manifest.json is missing", Assert.Throws<InvalidDataException>(() => Run.Load(_folder, "vade.ipynb")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DiagnosticsComeBackAndAHistoryWithoutThemStillLoads()
    {
        using var vade = new Vade(3, _small);
        var saved = SaveVade(vade).Stages[0].History;
        IReadOnlyList<Epoch> Loaded() => Run.Load(_folder, "vade.ipynb").Stages[0].History;
        foreach (var (before, after) in saved.Zip(Loaded()))
        {
            Assert.Equal(before.Diagnostics!.Occupancy, after.Diagnostics!.Occupancy);
            Assert.Equal(
                (before.Diagnostics.MarginalEntropy, before.Diagnostics.ConditionalEntropy),
                (after.Diagnostics.MarginalEntropy, after.Diagnostics.ConditionalEntropy));
        }
        EditHistory(epoch => Assert.True(epoch.Remove("Diagnostics")));
        var older = Loaded();
        Assert.All(older, epoch => Assert.Null(epoch.Diagnostics));
        Assert.Equal(saved.Select(epoch => (epoch.Loss, epoch.Accuracy)), older.Select(epoch => (epoch.Loss, epoch.Accuracy)));
    }

    [Fact]
    public void DiagnosticsThatLackAMemberAreRefused()
    {
        using var vade = new Vade(3, _small);
        SaveVade(vade);
        EditHistory(epoch => Assert.True(epoch["Diagnostics"]!.AsObject().Remove("MarginalEntropy")));
        string message = Assert.Throws<InvalidDataException>(() => Run.Load(_folder, "vade.ipynb")).Message;
        Assert.Contains("history.json", message, StringComparison.Ordinal);
        Assert.Contains("MarginalEntropy", message, StringComparison.Ordinal);
    }

    [Fact]
    public void SavingAgainReplacesAndLeavesNothingBehind()
    {
        using var vade = new Vade(3, _small);
        SaveVade(vade);
        SaveVade(vade);
        Assert.Equal([_folder], Directory.GetFileSystemEntries(Path.GetDirectoryName(_folder)!));
        Assert.Empty(Directory.GetFileSystemEntries(_folder, ".saving-*"));
    }

    [Fact]
    public void AMissingRunSaysWhichNotebookToRun()
    {
        var error = Assert.Throws<DirectoryNotFoundException>(() => Run.Load(_folder, "vade.ipynb"));
        Assert.Contains("Run vade.ipynb first", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ARunThatMayNotBeReadIsNotSaidToBeMissing()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Takes rights away as Unix does.");
            return;
        }
        using var vade = new Vade(3, _small, new Gaussian(0.25), seed: 7);
        SaveVade(vade);
        foreach (string closed in new[] { Path.Combine(_folder, "run.json"), _folder })
        {
            var before = File.GetUnixFileMode(closed);
            File.SetUnixFileMode(closed, UnixFileMode.None);
            try
            {
                Assert.Contains($"'{_folder}", Assert.Throws<UnauthorizedAccessException>(
                    () => Unprivileged.Run(() => Run.Load(_folder, "vade.ipynb"))).Message, StringComparison.Ordinal);
            }
            finally
            {
                File.SetUnixFileMode(closed, before);
            }
        }
    }

    [Fact]
    public void OtherDataOrAnotherModelIsRefused()
    {
        using var vade = new Vade(3, _small);
        SaveVade(vade);
        var run = Run.Load(_folder, "vade.ipynb");
        run.RequireData(_digits);
        Assert.Contains("two by two, first 11", Assert.Throws<InvalidDataException>(() => run.RequireData(_digits.Take(11))).Message, StringComparison.Ordinal);
        Assert.Contains("expected a run of Vae, found Vade", Assert.Throws<InvalidDataException>(() => run.LoadVae()).Message, StringComparison.Ordinal);
        Assert.Contains("does not fit", Assert.Throws<InvalidDataException>(() => (run with { Components = 4 }).LoadVade()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run.json")]
    [InlineData("history.json")]
    [InlineData("metrics.json")]
    [InlineData("weights.safetensors")]
    public void ADamagedFileIsNamed(string file)
    {
        using var vade = new Vade(3, _small);
        SaveVade(vade);
        string path = Path.Combine(_folder, file);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^20]);
        var error = Assert.Throws<InvalidDataException>(() => Run.Load(_folder, "vade.ipynb").LoadVade());
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
    }
}
