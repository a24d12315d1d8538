using DeepClustering.Data;
using DeepClustering.Models;

namespace DeepClustering.Training;

/// <summary>A fully trained VaDE and how it got there. It owns both models; dispose it when done with them.</summary>
public sealed class VadeFit : IDisposable
{
    /// <summary>The trained model.</summary>
    public required Vade Model { get; init; }

    /// <summary>The autoencoder that the model started from.</summary>
    public required Autoencoder Autoencoder { get; init; }

    /// <summary>The recipe as run: for this number of rows, with this seed and the choices made for the data.</summary>
    public required VadeRecipe Recipe { get; init; }

    /// <summary>The scaling from the data's values to model units.</summary>
    public required Scaling Scaling { get; init; }

    /// <summary>Every stage of the training in order: pretraining, starts that were dropped, warm-up, joint training.</summary>
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
