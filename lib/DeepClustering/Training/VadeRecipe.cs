using System.Text.Json.Serialization;
using DeepClustering.Augmentations;
using DeepClustering.Data;
using DeepClustering.Losses;
using DeepClustering.Mixtures;
using DeepClustering.Models;
using DeepClustering.Networks;
using static TorchSharp.torch;

namespace DeepClustering.Training;

/// <summary>How a VaDE is trained, from nothing to the end: autoencoder, mixture in its code, warm-up, joint training.</summary>
/// <remarks>Epochs are stated for 70,000 digits; <see cref="For"/> keeps the number of steps on fewer.</remarks>
public sealed record VadeRecipe
{
    private const int StatedFor = 70_000;

    /// <summary>What results are listed under.</summary>
    public required string Name { get; init; }

    /// <summary>The seed that all of its parts were derived from by <see cref="For"/>; null where none was given yet.</summary>
    [JsonIgnore]
    public long? Seed { get; init; }

    /// <summary>Step one: the autoencoder.</summary>
    public required TrainingOptions Pretraining { get; init; }

    /// <summary>Step two: the mixture in the autoencoder's code.</summary>
    public required GaussianMixtureOptions Mixture { get; init; }

    /// <summary>Mixtures from different k-means starts that are each warmed up for <see cref="TrialEpochs"/>. Range: at least 1.</summary>
    public int Starts { get; init; } = 1;

    /// <summary>The epochs of the warm-up after which the starts are compared. Range: 0 to those of <see cref="WarmUp"/>.</summary>
    public int TrialEpochs { get; init; }

    /// <summary>How many of the starts, the best by <see cref="VadeStart.Criterion"/>, are warmed up for <see cref="FinalEpochs"/>; the best of these goes on. Range: at least 1.</summary>
    public int Finalists { get; init; } = 1;

    /// <summary>The epochs of the warm-up, those of the trial included, after which the finalists are compared. Range: 0 to those of <see cref="WarmUp"/>.</summary>
    public int FinalEpochs { get; init; }

    /// <summary>Step three: the ELBO with <see cref="SelfAugmentationLoss"/>. No epochs leave it out.</summary>
    public TrainingOptions WarmUp { get; init; } = new() { Epochs = 0 };

    /// <summary>The last step: the ELBO alone.</summary>
    public required TrainingOptions Joint { get; init; }

    /// <summary>The two steps of Jiang et al. (2017), with the study's batch size, rate and number of epochs.</summary>
    public static VadeRecipe TwoStep { get; } = new()
    {
        Name = "two-step",
        Pretraining = new() { Epochs = 20, Precision = Precision.Mixed },
        Mixture = new() { Components = 10, Restarts = 10 },
        Joint = new() { Epochs = 100, LearningRate = 1e-4, Precision = Precision.Mixed },
    };

    /// <summary>With a self-augmented warm-up between the two steps, from several starts.</summary>
    public static VadeRecipe SelfAugmented { get; } = new()
    {
        Name = "self-augmented",
        Pretraining = new()
        {
            Epochs = 12,
            InputDropout = 0.2,
            Augmentation = new Affine { Rotation = 10, Shift = 2 },
            Precision = Precision.Mixed,
        },
        Mixture = new() { Components = 10 },
        Starts = 8,
        TrialEpochs = 2,
        Finalists = 3,
        FinalEpochs = 4,
        WarmUp = new()
        {
            Epochs = 15,
            BatchSize = 256,
            FinalLearningRate = 1e-5,
            PriorLearningRate = 5e-3,
            SelfAugmentation = new(),
            Precision = Precision.Mixed,
        },
        Joint = new() { Epochs = 6, LearningRate = 2e-4, FinalLearningRate = 1e-5, Precision = Precision.Mixed },
    };

    /// <summary>Every recipe.</summary>
    public static IReadOnlyList<VadeRecipe> All { get; } = [TwoStep, SelfAugmented];

    /// <summary>The recipe of a name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those there are.</exception>
    public static VadeRecipe Named(string name) => All.FirstOrDefault(recipe => recipe.Name == name) ?? throw new ArgumentException(
        $"There is no recipe '{name}'; expected {string.Join(" or ", All.Select(recipe => $"'{recipe.Name}'"))}.", nameof(name));

    /// <summary>The same recipe with its parts derived from one seed, and with as many steps on fewer digits than 70,000.</summary>
    /// <param name="digits">How many there are to train on. Range: at least 1.</param>
    /// <param name="seed">Decides weights, noise, orders and distortions.</param>
    public VadeRecipe For(int digits, long seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(digits, 1);
        int Epochs(int stated) => (int)Math.Round((double)stated * Math.Max(StatedFor, digits) / digits);
        TrainingOptions Adapted(TrainingOptions options) => options with { Epochs = Epochs(options.Epochs), Seed = seed };
        return this with
        {
            Seed = seed,
            Pretraining = Adapted(Pretraining),
            Mixture = Mixture with { Seed = seed },
            WarmUp = Adapted(WarmUp),
            Joint = Adapted(Joint),
            TrialEpochs = Epochs(TrialEpochs),
            FinalEpochs = Epochs(FinalEpochs),
        };
    }

    /// <summary>The same recipe with a share of its epochs, for a first look, and named for it; at least one of each part that it has.</summary>
    /// <param name="share">Range: above 0, to 1, which changes nothing.</param>
    public VadeRecipe Shortened(double share)
    {
        if (share is not (> 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(share), share, "Expected a share above 0, to 1.");
        }
        int Some(int epochs) => epochs == 0 ? 0 : Math.Max(1, (int)Math.Round(epochs * share));
        return share == 1 ? this : this with
        {
            Name = Text($"{Name}, {share:0.####} of its epochs"),
            Pretraining = Pretraining with { Epochs = Some(Pretraining.Epochs) },
            WarmUp = WarmUp with { Epochs = Some(WarmUp.Epochs) },
            Joint = Joint with { Epochs = Some(Joint.Epochs) },
            TrialEpochs = Some(TrialEpochs),
            FinalEpochs = Some(FinalEpochs),
        };
    }

    /// <summary>The same recipe with something changed for an experiment, and named for it; null keeps what the recipe says.</summary>
    /// <param name="pretrainingEpochs">Epochs of <see cref="Pretraining"/>.</param>
    /// <param name="warmUpEpochs">Epochs of <see cref="WarmUp"/>.</param>
    /// <param name="jointEpochs">Epochs of <see cref="Joint"/>.</param>
    /// <param name="starts"><see cref="Starts"/>.</param>
    /// <param name="weight">λ.</param>
    /// <param name="balance">a.</param>
    /// <param name="plainPretraining">True: an autoencoder without distortions and dropout.</param>
    public VadeRecipe With(
        int? pretrainingEpochs = null, int? warmUpEpochs = null, int? jointEpochs = null,
        int? starts = null, double? weight = null, double? balance = null, bool plainPretraining = false)
    {
        var added = WarmUp.SelfAugmentation is { } loss ? loss with { Weight = weight ?? loss.Weight, Balance = balance ?? loss.Balance } : null;
        var pretraining = Pretraining with { Epochs = pretrainingEpochs ?? Pretraining.Epochs };
        var changed = this with
        {
            Pretraining = plainPretraining ? pretraining with { Augmentation = null, InputDropout = 0 } : pretraining,
            WarmUp = WarmUp with { Epochs = warmUpEpochs ?? WarmUp.Epochs, SelfAugmentation = added },
            Joint = Joint with { Epochs = jointEpochs ?? Joint.Epochs },
            Starts = starts ?? Starts,
        };
        return changed with
        {
            Name = string.Join(", ", Differences(changed).Prepend(Name)),
            TrialEpochs = Math.Min(TrialEpochs, changed.WarmUp.Epochs),
            FinalEpochs = Math.Min(FinalEpochs, changed.WarmUp.Epochs),
        };
    }

    /// <summary>The starts to choose from, one warm-up each, not yet begun.</summary>
    /// <param name="autoencoder">After <see cref="Pretraining"/>; it stays the caller's and is not changed.</param>
    /// <param name="digits">Bytes, (N, D_x), uint8; they stay the caller's and must outlive the starts.</param>
    /// <param name="monitorLabels">True classes, N, only to report accuracies.</param>
    /// <param name="checkpoints">Where the warm-up of the start of a name, such as "start 1", keeps its state; null keeps none.</param>
    /// <returns>As many as <see cref="Starts"/>; the caller disposes each.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="Starts"/> is below 1.</exception>
    public IReadOnlyList<VadeStart> StartsFrom(
        Autoencoder autoencoder, Tensor digits, IReadOnlyList<int>? monitorLabels = null, Func<string, ICheckpoints>? checkpoints = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Starts, 1);
        using var codes = autoencoder.Encode(digits);
        return [.. Enumerable.Range(1, Starts).Select(number => new VadeStart(
            number, autoencoder, codes, digits, this, monitorLabels, checkpoints?.Invoke($"start {number}")))];
    }

    /// <summary>The best of the starts by <see cref="VadeStart.Criterion"/>, without labels: after the trial, and after the finals.</summary>
    /// <param name="starts">At least one, of <see cref="StartsFrom"/>; they stay the caller's and are warmed up as far as they come.</param>
    /// <param name="progress">Gives what to call after every epoch of a start.</param>
    /// <param name="cancellation">Stops it between two steps.</param>
    public VadeStart Choose(IReadOnlyList<VadeStart> starts, Func<VadeStart, Action<Epoch>?>? progress = null, CancellationToken cancellation = default)
    {
        var left = starts;
        foreach (var (epochs, kept) in new[] { (TrialEpochs, Finalists), (FinalEpochs, 1) })
        {
            if (left.Count > 1)
            {
                foreach (var start in left)
                {
                    start.Try(epochs, progress?.Invoke(start), cancellation);
                }
                left = [.. left.OrderBy(start => start.Criterion).Take(kept)];
            }
        }
        return left[0];
    }

    /// <summary>Trains a VaDE on data, from nothing to the end.</summary>
    /// <remarks>The recipe is that of <see cref="For"/>, for as many rows and the seed of the options, unless it is one already.</remarks>
    /// <param name="data">What to cluster: bytes or numbers, images or vectors.</param>
    /// <param name="options">See <see cref="FitOptions"/>; null is its defaults.</param>
    /// <param name="cancellation">Stops training between two steps, as <see cref="Interruption"/> does; with checkpoints, a later call goes on.</param>
    /// <returns>The models and what they went through; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The data do not fit the options, or are fewer rows than clusters.</exception>
    /// <exception cref="OperationCanceledException">Training was stopped.</exception>
    /// <exception cref="NotFiniteNumberException">A loss or a weight became NaN or infinite.</exception>
    public VadeFit Fit(Dataset data, FitOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        options ??= new();
        ArgumentOutOfRangeException.ThrowIfNegative(options.Clusters);
        var recipe = Seed is null ? For(data.Count, options.Seed) : this;
        if (options.Clusters > 0)
        {
            recipe = recipe with { Mixture = recipe.Mixture with { Components = options.Clusters } };
        }
        if (data.Count < recipe.Mixture.Components)
        {
            throw new ArgumentException($"{data.Name}: expected at least as many rows as clusters, {recipe.Mixture.Components}; found {data.Count}.", nameof(data));
        }
        return new VadeFitting(recipe, data, options, cancellation).Run();
    }

    /// <summary>The recipe for rows that are no images, where it distorts images: without distortions and without the warm-up that they make.</summary>
    internal VadeRecipe ForVectors() => WarmUp.SelfAugmentation is { Augmentation.NeedsImages: true } || Pretraining.Augmentation is { NeedsImages: true }
        ? this with { Pretraining = Pretraining with { Augmentation = null }, WarmUp = new() { Epochs = 0 }, Starts = 1, TrialEpochs = 0, FinalEpochs = 0 }
        : this;

    private IEnumerable<string> Differences(VadeRecipe other) =>
        from pair in Described().Zip(other.Described())
        where pair.First != pair.Second
        select pair.Second;

    private IEnumerable<string> Described() =>
    [
        Text($"{Pretraining.Epochs} epochs of pretraining"),
        Text($"{WarmUp.Epochs} of warm-up"),
        Text($"{Joint.Epochs} of joint training"),
        Text($"{Starts} {(Starts == 1 ? "start" : "starts")}"),
        Text($"λ = {WarmUp.SelfAugmentation?.Weight}"),
        Text($"a = {WarmUp.SelfAugmentation?.Balance}"),
        Pretraining.Augmentation is null ? "plain pretraining" : "distorted pretraining",
    ];

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
