using DeepClustering.Data;
using DeepClustering.Models;

namespace DeepClustering.Training;

/// <summary>A VaDE trained from nothing to the end, and what it went through. It owns both models; dispose it when done with them.</summary>
public sealed class VadeFit : IDisposable
{
    /// <summary>The trained model.</summary>
    public required Vade Model { get; init; }

    /// <summary>The autoencoder that it started from.</summary>
    public required Autoencoder Autoencoder { get; init; }

    /// <summary>The recipe as it was run: for this many rows, with this seed, and with what was chosen for the data.</summary>
    public required VadeRecipe Recipe { get; init; }

    /// <summary>What takes rows of the data to what the model sees.</summary>
    public required Scaling Scaling { get; init; }

    /// <summary>Every part of the training in its order: pretraining, starts that were left, warm-up, joint training.</summary>
    public required IReadOnlyList<Stage> Stages { get; init; }

    /// <summary>What was decided without labels, and why, in sentences.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>The accuracy of the start's clusters in the autoencoder's code, [0, 1]; null without labels for monitoring.</summary>
    public double? StartAccuracy { get; init; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Model.Dispose();
        Autoencoder.Dispose();
    }
}
