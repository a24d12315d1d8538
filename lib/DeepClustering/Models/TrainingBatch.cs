using DeepClustering.Losses;
using static TorchSharp.torch;

namespace DeepClustering.Models;

/// <summary>What one step of a training gives a model's loss; the tensors stay the training's.</summary>
/// <param name="X">What the loss is of, (B, D_x), model units.</param>
internal sealed record TrainingBatch(Tensor X)
{
    /// <summary>What the encoder of an autoencoder sees in the place of x, (B, D_x).</summary>
    public Tensor Seen { get; init; } = X;

    /// <summary>x′ and the weights of the terms that compare it with x; null without them.</summary>
    public (Tensor X, SelfAugmentation Options)? Augmented { get; init; }

    /// <summary>The clusters of the start, (B), int64, and the weight of the term that holds x to them; null without it.</summary>
    public (Tensor Clusters, double Weight)? Start { get; init; }

    /// <summary>Random directions, (B, D_x), each of length 1, and the term that moves x from there; null without it.</summary>
    public (Tensor Directions, VirtualAdversary Options, double Weight)? Adversary { get; init; }
}
