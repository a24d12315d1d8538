namespace DeepClustering.Training;

/// <summary>One part of a training: its name, its options and its epochs.</summary>
/// <param name="Name">Its name, such as <see cref="Pretraining"/>.</param>
/// <param name="Options">The options it was run with.</param>
/// <param name="History">What it did, one entry per epoch.</param>
public sealed record Stage(string Name, TrainingOptions Options, IReadOnlyList<Epoch> History)
{
    /// <summary>The name of the autoencoder's training.</summary>
    public const string Pretraining = "pretraining";

    /// <summary>The name of the chosen start's warm-up before joint training.</summary>
    public const string WarmUp = "warm-up";

    /// <summary>The name of joint training, the last stage.</summary>
    public const string Joint = "training";

    /// <summary>The name of one start's warm-up, under which its checkpoints are kept.</summary>
    /// <param name="number">From 1.</param>
    public static string Start(int number) => FormattableString.Invariant($"start {number}");

    /// <summary>The name of the warm-up of a start that was tried and dropped.</summary>
    /// <param name="number">From 1.</param>
    public static string Left(int number) => $"{Start(number)}, left";
}
