using System.Text.Json.Serialization;
using DeepClustering.Augmentations;
using DeepClustering.Losses;
using DeepClustering.Networks;

namespace DeepClustering.Training;

/// <summary>How a model is trained; the defaults are the study's for the VAE.</summary>
/// <remarks>Every setter throws <see cref="ArgumentOutOfRangeException"/> for a value outside the range it states.</remarks>
public sealed record TrainingOptions
{
    /// <summary>Passes over the data. Range: at least 0.</summary>
    public int Epochs
    {
        get;
        init => field = Require.AtLeast(0, value, nameof(Epochs));
    } = 100;

    /// <summary>The number of rows in a batch. Range: at least 1.</summary>
    public int BatchSize
    {
        get;
        init => field = Require.AtLeastOne(value, nameof(BatchSize));
    } = 128;

    /// <summary>Adam's step size. Range: positive.</summary>
    public double LearningRate
    {
        get;
        init => field = Require.Positive(value, nameof(LearningRate));
    } = 1e-3;

    /// <summary>
    /// The final step size, reached along half a cosine over all epochs (Loshchilov and Hutter 2017, eq. 5, without restarts);
    /// the mixture's step size falls with it. Null keeps both constant. Range: positive.
    /// </summary>
    public double? FinalLearningRate
    {
        get;
        init => field = value is { } rate ? Require.Positive(rate, nameof(FinalLearningRate)) : null;
    }

    /// <summary>The precision of the layers' matrix products.</summary>
    public Precision Precision { get; init; }

    /// <summary>Distorts every observation anew each time it is used, both for the encoder and for the loss; null leaves observations unchanged.</summary>
    public IAugmentation? Augmentation { get; init; }

    /// <summary>
    /// Distorts an autoencoder's input but not its target, which makes it a denoising autoencoder (Vincent et al., JMLR 11, 2010).
    /// Null leaves the input undistorted, apart from <see cref="InputDropout"/>.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IAugmentation? Corruption { get; init; }

    /// <summary>The share of an observation's values that is hidden from an autoencoder, which has to restore them (Vincent et al. 2010). Range: 0 to below 1.</summary>
    public double InputDropout
    {
        get;
        init => field = Require.Share(value, nameof(InputDropout));
    }

    /// <summary>Adds <see cref="SelfAugmentationLoss"/> to a VaDE's loss; null trains the ELBO alone.</summary>
    public SelfAugmentation? SelfAugmentation { get; init; }

    /// <summary>Adds <see cref="VirtualAdversarialLoss"/> to a VaDE's loss; null leaves it out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public VirtualAdversary? Adversary { get; init; }

    /// <summary>λ of the term that holds a VaDE to the clusters of its start, CE(c, γ(x)), falling to 0 along half a cosine over all epochs. Range: at least 0.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double StartWeight
    {
        get;
        init => field = Require.NotNegative(value, nameof(StartWeight));
    }

    /// <summary>Whether the weights of both added terms fall to 0 along half a cosine over all epochs, so that the training ends with the ELBO alone.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool AddedTermsFadeOut { get; init; }

    /// <summary>
    /// Whether a VaDE's mixture is fitted in closed form after the last epoch (<see cref="Models.MixturePrior.Fit"/>): by its gradient alone it lags behind
    /// the codes.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool FitsPriorAtTheEnd { get; init; }

    /// <summary>Adam's step size for a VaDE's mixture; null takes <see cref="LearningRate"/>. Range: positive.</summary>
    public double? PriorLearningRate
    {
        get;
        init => field = value is { } rate ? Require.Positive(rate, nameof(PriorLearningRate)) : null;
    }

    /// <summary>The seed of the rows' order and their distortions.</summary>
    public long Seed { get; init; } = 1;
}
