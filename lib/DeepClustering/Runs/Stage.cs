using DeepClustering.Training;

namespace DeepClustering.Runs;

/// <summary>One part of a training: its name, its options and its epochs.</summary>
/// <param name="Name">Such as "pretraining".</param>
/// <param name="Options">What it was asked to do.</param>
/// <param name="History">What it did, an entry an epoch.</param>
public sealed record Stage(string Name, TrainingOptions Options, IReadOnlyList<Epoch> History);
