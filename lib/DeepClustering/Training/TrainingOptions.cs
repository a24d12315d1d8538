using DeepClustering.Models;

namespace DeepClustering.Training;

/// <summary>How a model is trained; the defaults are the study's for the VAE.</summary>
public sealed record TrainingOptions
{
    /// <summary>Passes over the data. Range: at least 0.</summary>
    public int Epochs { get; init; } = 100;

    /// <summary>Digits a step. Range: at least 1.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>Adam's step size. Range: positive.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>What the layers' matrix products are made in.</summary>
    public Precision Precision { get; init; }

    /// <summary>Decides the order of the digits.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Throws if an option is out of its range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Names the option and its value.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Epochs);
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(LearningRate);
    }
}
