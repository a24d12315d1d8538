using DeepClustering.Losses;
using static TorchSharp.torch;

namespace DeepClustering.Models;

/// <summary>The input of a model's loss in one training step; the trainer owns the tensors.</summary>
/// <param name="X">The observations that the loss is computed for, (B, D_x), model units.</param>
internal sealed record TrainingBatch(Tensor X)
{
    /// <summary>What an autoencoder's encoder sees instead of x, (B, D_x); null for x itself.</summary>
    public Tensor Seen { get; init; } = X;

    /// <summary>The distorted copies x′ and the weights of the terms that compare them with x; null without these terms.</summary>
    public (Tensor X, SelfAugmentation Options)? Augmented { get; init; }

    /// <summary>The clusters at the start, (B), int64, and the weight of the term that keeps x in them; null without that term.</summary>
    public (Tensor Clusters, double Weight)? Start { get; init; }

    /// <summary>Random directions, (B, D_x), each of length 1, and the options of the adversarial term that starts from them; null without that term.</summary>
    public (Tensor Directions, VirtualAdversary Options, double Weight)? Adversary { get; init; }
}
