using System.Security.Cryptography;
using DeepClustering.Data;
using DeepClustering.Metrics;
using DeepClustering.Models;
using DeepClustering.Networks;
using DeepClustering.Runs;
using DeepClustering.Training;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Resuming;

/// <summary>Alone: a resumed training sets torch's process-wide generator.</summary>
[CollectionDefinition(nameof(SmallTraining), DisableParallelization = true)]
public sealed class AloneWithTorchsGenerator;

/// <summary>A VaDE and a VAE trained as the notebooks do it, on next to nothing; run again on the same folder, it goes on.</summary>
internal static class SmallTraining
{
    public static readonly Architecture Architecture = new MultilayerPerceptron { InputSize = 16, Shape = new(1, 4, 4), HiddenWidths = [12, 8], LatentSize = 2 };

    public static readonly VadeRecipe Recipe = VadeRecipe.SelfAugmented with
    {
        Seed = 1,
        Pretraining = VadeRecipe.SelfAugmented.Pretraining with { Epochs = 3, BatchSize = 16 },
        Mixture = new() { Components = 3 },
        TrialEpochs = 1,
        // Three starts: of nine clusterings at least so many differ.
        Graph = new() { Neighbors = [6, 10, 20], Most = 3, Same = 1 },
        WarmUp = VadeRecipe.SelfAugmented.WarmUp with { Epochs = 3, BatchSize = 16 },
        Joint = VadeRecipe.SelfAugmented.Joint with { Epochs = 3, BatchSize = 16 },
    };

    public static readonly TrainingOptions VaeOptions = new() { Epochs = 3, BatchSize = 16, FinalLearningRate = 1e-4 };

    private static readonly Random _random = new(1);

    public static readonly Dataset Digits = Dataset.FromBytes("small", new ImageShape(1, 4, 4),
        [.. Enumerable.Range(0, 60 * 16).Select(_ => (byte)_random.Next(256))], ClassLabels.Of(Enumerable.Range(0, 60).Select(i => i % 3)));

    /// <summary>What the trainings come to without interruption, by their names.</summary>
    private static readonly Dictionary<string, Lazy<string>> _uninterrupted = new[] { "vade", "vae" }.ToDictionary(name => name, name => new Lazy<string>(() =>
    {
        using var folder = new TemporaryFolder(inMemory: true);
        return Train(name, folder.Path);
    }));

    /// <summary>What a training comes to without interruption.</summary>
    /// <param name="name">"vade" or "vae".</param>
    public static string Uninterrupted(string name) => _uninterrupted[name].Value;

    /// <summary>Trains one or the other, or goes on.</summary>
    public static string Train(string name, string folder) => name == "vade" ? Vade(folder) : Vae(folder);

    /// <summary>Trains a VAE, or goes on.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="after">Called after each epoch.</param>
    /// <param name="warn">Takes the warnings.</param>
    /// <param name="every">The least time from one checkpoint to the next; after every epoch unless given.</param>
    /// <returns>A digest of the weights and losses.</returns>
    public static string Vae(string folder, Action? after = null, Action<string>? warn = null, TimeSpan every = default)
    {
        using var scope = NewDisposeScope();
        using var run = RunFolder.Open(folder, Digits, VaeOptions, every: every, warn: warn);
        using var vae = new Vae(Architecture);
        using var trainer = new Trainer(vae, Digits.ToTensor(), VaeOptions, checkpoints: run.Stage("training"));
        foreach (var _ in trainer.Fit())
        {
            after?.Invoke();
        }
        run.Save(Run.Of(vae, Digits, "VAE", 1, new Stage("training", trainer.Options, trainer.History)), vae);
        return Digest([vae], trainer.History);
    }

    /// <summary>Trains a VaDE through all its stages, or goes on.</summary>
    /// <inheritdoc cref="Vae"/>
    public static string Vade(string folder, Action? after = null, Action<string>? warn = null, TimeSpan every = default)
    {
        using var scope = NewDisposeScope();
        using var run = RunFolder.Open(folder, Digits, Recipe, every: every, warn: warn);
        using var fit = Recipe.Fit(Digits, new()
        {
            Architecture = Architecture,
            MonitorLabels = Digits.Labels,
            Checkpoints = run.Stage,
            Progress = (_, _) => after?.Invoke(),
        });
        var images = Digits.ToTensor();
        var scores = ClusteringScores.Of(fit.Model.Encode(images), Digits.Labels!, fit.Model.Predict(images));
        run.Save(Run.Of(fit.Model, Digits, "small", 1, fit.Stages) with { Scores = scores }, fit.Model);
        return Digest([fit.Autoencoder, fit.Model], [.. fit.Stages.SelectMany(stage => stage.History)]);
    }

    /// <summary>What a child process does.</summary>
    public static void InAProcessOfItsOwn(string name, string folder)
    {
        get_num_threads();      // loads torch
        Console.WriteLine("begun");
        Console.WriteLine(Train(name, folder));
    }

    /// <summary>Keeps a folder until its input ends.</summary>
    public static void Hold(string folder)
    {
        using var run = RunFolder.Open(folder, Digits, VaeOptions);
        Console.WriteLine("held");
        Console.In.ReadToEnd();
    }

    private static string Digest(IEnumerable<LatentModel> models, IEnumerable<Epoch> history)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var value in models.SelectMany(model => model.state_dict().Values))
        {
            using var plain = value.detach();
            hash.AppendData(plain.bytes);
        }
        foreach (var epoch in history)
        {
            hash.AppendData(BitConverter.GetBytes(epoch.Loss));
        }
        // The noise must go on as well: what is drawn after training is part of the result.
        foreach (var model in models)
        {
            using var state = model.Random.get_state();
            hash.AppendData(state.bytes);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
