namespace DeepClustering.Training;

/// <summary>One part of a training: its name, its options and its epochs.</summary>
/// <param name="Name">Such as <see cref="Pretraining"/>.</param>
/// <param name="Options">What it was asked to do.</param>
/// <param name="History">What it did, an entry an epoch.</param>
public sealed record Stage(string Name, TrainingOptions Options, IReadOnlyList<Epoch> History)
{
    /// <summary>The autoencoder's training.</summary>
    public const string Pretraining = "pretraining";

    /// <summary>What the chosen start went through before the joint training.</summary>
    public const string WarmUp = "warm-up";

    /// <summary>The joint training, the last.</summary>
    public const string Joint = "training";

    /// <summary>The warm-up of one of several starts, under which its checkpoints are kept.</summary>
    /// <param name="number">From 1.</param>
    public static string Start(int number) => FormattableString.Invariant($"start {number}");

    /// <summary>A start that was tried and left.</summary>
    /// <param name="number">From 1.</param>
    public static string Left(int number) => $"{Start(number)}, left";
}
