using DeepClustering.Data;
using DeepClustering.Likelihoods;
using DeepClustering.Networks;

namespace DeepClustering.Training;

/// <summary>Options of <see cref="VadeRecipe.Fit"/>; what stays null is chosen for the data.</summary>
public sealed record FitOptions
{
    /// <summary>The root seed of everything random: weights, orders, distortions, noise, starts.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>The number of clusters, K; 0 takes the recipe's own number. Range: 0 to the number of rows.</summary>
    public int Clusters
    {
        get;
        init => field = Require.AtLeast(0, value, nameof(Clusters));
    }

    /// <summary>
    /// Where <see cref="Clusters"/> is 0: called once with the autoencoder's code, (N, D), which stays the recipe's, for the number of clusters;
    /// null takes the recipe's own number.
    /// </summary>
    public Func<TorchSharp.torch.Tensor, int>? ChooseClusters { get; init; }

    /// <summary>From the values of the data to what the model sees; null is <see cref="Data.Scaling.SuitedTo"/> the data.</summary>
    public Scaling? Scaling { get; init; }

    /// <summary>p(x|z); null is <see cref="Bernoulli"/> for values in [0, 1], and <see cref="Gaussian"/> for others.</summary>
    public ILikelihood? Likelihood { get; init; }

    /// <summary>The layers; null is <see cref="MultilayerPerceptron.For"/> the data.</summary>
    public Architecture? Architecture { get; init; }

    /// <summary>Gives the checkpoints of each stage by its name (<see cref="Runs.RunFolder.Stage"/>); null keeps none.</summary>
    public Func<string, ICheckpoints>? Checkpoints { get; init; }

    /// <summary>Called after every epoch with the name of its stage.</summary>
    public Action<string, Epoch>? Progress { get; init; }

    /// <summary>True classes, one per row, only to report accuracies with the epochs; null reports none. Training never sees them.</summary>
    public IReadOnlyList<int>? MonitorLabels { get; init; }
}
