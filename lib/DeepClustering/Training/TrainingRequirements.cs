using DeepClustering.Augmentations;
using DeepClustering.Models;
using DeepClustering.Naming;
using DeepClustering.Networks;
using static TorchSharp.torch;

namespace DeepClustering.Training;

/// <summary>What a training needs of its model, data and options, checked before the first step.</summary>
internal static class TrainingRequirements
{
    /// <summary>Throws unless a <see cref="Trainer"/> can be made of these.</summary>
    /// <exception cref="ArgumentException">The observations, labels or clusters are of another size or kind, or an option is not for such a model.</exception>
    /// <exception cref="InvalidOperationException">A likelihood, network or augmentation could not be loaded again when saved.</exception>
    public static void Check(
        LatentModel model, Tensor observations, TrainingOptions options, IReadOnlyList<int>? monitorLabels, IReadOnlyList<int>? startClusters)
    {
        RequireFit(model, options);
        RequireSaveable(model, options);
        if (observations.dim() != 2 || observations.shape[0] == 0)
        {
            throw new ArgumentException($"expected observations (N, {model.Architecture.InputSize}), found ({string.Join(", ", observations.shape)}).", nameof(observations));
        }
        model.Require(observations, nameof(observations));
        if (monitorLabels is not null && monitorLabels.Count != observations.shape[0])
        {
            throw new ArgumentException($"expected {observations.shape[0]} labels, one per observation, found {monitorLabels.Count}.", nameof(monitorLabels));
        }
        RequireStart(model, observations.shape[0], options, startClusters);
    }

    /// <summary>Options that are of another kind of model are refused, not ignored.</summary>
    private static void RequireFit(LatentModel model, TrainingOptions options)
    {
        void Require(bool set, bool fits, string option, string of)
        {
            if (set && !fits)
            {
                throw new ArgumentException($"{option} is for a {of}; found a {model.GetName()}.", nameof(options));
            }
        }
        Require(options.InputDropout > 0, model.RestoresWhatItSees, nameof(options.InputDropout), nameof(Autoencoder));
        Require(options.Corruption is not null, model.RestoresWhatItSees, nameof(options.Corruption), nameof(Autoencoder));
        Require(options.SelfAugmentation is not null, model.Clusters is not null, nameof(options.SelfAugmentation), nameof(Vade));
        Require(options.Adversary is not null, model.Clusters is not null, nameof(options.Adversary), nameof(Vade));
        Require(options.StartWeight > 0, model.Clusters is not null, nameof(options.StartWeight), nameof(Vade));
        Require(options.FitsPriorAtTheEnd, model.Clusters is not null, nameof(options.FitsPriorAtTheEnd), nameof(Vade));
        Require(options.PriorLearningRate is not null, model.Clusters is not null, nameof(options.PriorLearningRate), nameof(Vade));
        RequireShape(model.Architecture, options.Augmentation, nameof(options.Augmentation));
        RequireShape(model.Architecture, options.Corruption, nameof(options.Corruption));
        RequireShape(model.Architecture, options.SelfAugmentation?.Augmentation, nameof(options.SelfAugmentation));
    }

    private static void RequireStart(LatentModel model, long rows, TrainingOptions options, IReadOnlyList<int>? clusters)
    {
        if (options.StartWeight > 0 && clusters is null)
        {
            throw new ArgumentException($"{nameof(options.StartWeight)} holds a {nameof(Vade)} to the clusters of its start; found none.", nameof(clusters));
        }
        if (options.StartWeight > 0 && (clusters!.Count != rows || clusters.Any(cluster => cluster < 0 || cluster >= model.Clusters)))
        {
            throw new ArgumentException($"expected {rows} clusters of the start, one a row, from 0 to {model.Clusters - 1}; found {clusters.Count}, from {clusters.Min()} to {clusters.Max()}.", nameof(clusters));
        }
    }

    private static void RequireShape(Architecture architecture, IAugmentation? augmentation, string option)
    {
        if (augmentation is { NeedsImages: true } && architecture.Shape is null)
        {
            throw new ArgumentException(
                $"{option}: {augmentation.GetType().Name} is for images, and the model's architecture has no {nameof(architecture.Shape)}. "
                + $"Give it one, or take {nameof(FeatureNoise)} or {nameof(FeatureMasking)} for rows that are no images.", nameof(augmentation));
        }
    }

    /// <summary>What cannot be loaded again is refused now, not when it is to be saved.</summary>
    private static void RequireSaveable(LatentModel model, TrainingOptions options)
    {
        NamedTypes.RequireSaveable(model.Architecture);
        NamedTypes.RequireSaveable(model.Likelihood);
        foreach (var augmentation in new[] { options.Augmentation, options.Corruption, options.SelfAugmentation?.Augmentation }.OfType<IAugmentation>())
        {
            NamedTypes.RequireSaveable(augmentation);
        }
    }
}
