using System.Text.Json.Serialization;
using DeepClustering.Data;
using DeepClustering.Hosting;
using DeepClustering.Likelihoods;
using DeepClustering.Losses;
using DeepClustering.Mixtures;
using DeepClustering.Models;
using DeepClustering.Networks;
using static TorchSharp.torch;

namespace DeepClustering.Training;

/// <summary>How a VaDE is trained, from nothing to the end: autoencoder, mixture in its code, warm-up, joint training.</summary>
/// <remarks>Epochs are stated for 70,000 rows; <see cref="For(int, long)"/> takes more of them on fewer rows.</remarks>
public sealed record VadeRecipe
{
    private const int RowsToChooseBy = 10_000;

    /// <summary><see cref="EpochGrowth"/> for rows that are no images, however few: the steps go with the root of N, some 800 of the pretraining on 1,800 rows.</summary>
    private const double EpochGrowthOfVectors = 0.5;

    /// <summary>What results are listed under.</summary>
    public required string Name { get; init; }

    /// <summary>The seed that all of its parts were derived from by <see cref="For(int, long)"/>; null where none was given yet.</summary>
    [JsonIgnore]
    public long? Seed { get; init; }

    /// <summary>Step one: the autoencoder.</summary>
    public required TrainingOptions Pretraining { get; init; }

    /// <summary>Step two: the mixture in the autoencoder's code.</summary>
    public required GaussianMixtureOptions Mixture { get; init; }

    /// <summary>Mixtures from different k-means starts, each of which is warmed up for <see cref="TrialEpochs"/>. Range: at least 0, and 1 without <see cref="Graph"/>.</summary>
    public int Starts
    {
        get;
        init => field = Require.AtLeast(0, value, nameof(Starts));
    } = 1;

    /// <summary>Starts from the code's neighbour graph, tried beside the mixtures; null has none.</summary>
    public GraphStarts? Graph { get; init; }

    /// <summary>The epochs of the warm-up after which the first half of the starts is left, by <see cref="SuccessiveHalving"/>. Range: 1 to those of <see cref="WarmUp"/>, where there are several starts.</summary>
    public int TrialEpochs
    {
        get;
        init => field = Require.AtLeast(0, value, nameof(TrialEpochs));
    }

    /// <summary>
    /// On N rows, fewer than 70,000, the epochs of <see cref="WarmUp"/> and <see cref="Joint"/> are (70,000 / N) to this power times those stated:
    /// 1 keeps the number of steps, 0 that of epochs. Range: 0 to 1.
    /// </summary>
    public double EpochGrowth
    {
        get;
        init => field = Require.UnitInterval(value, nameof(EpochGrowth));
    } = 1;

    /// <summary>The same for <see cref="Pretraining"/>: an autoencoder of too few steps has a code whose neighbour graph loses classes. Range: 0 to 1.</summary>
    public double PretrainingGrowth
    {
        get;
        init => field = Require.UnitInterval(value, nameof(PretrainingGrowth));
    } = 1;

    /// <summary>
    /// Below so many rows the steps of <see cref="WarmUp"/> and <see cref="Joint"/> are as many as there, and the epochs more by as much as the rows
    /// are fewer. Range: at least 0.
    /// </summary>
    public int StepsStayBelow
    {
        get;
        init => field = Require.AtLeast(0, value, nameof(StepsStayBelow));
    }

    /// <summary>Whether <see cref="Fit"/> chooses the distortions, and the lengths of the adversary, for the data (<see cref="Distortions"/>).</summary>
    public bool ChoosesDistortions { get; init; }

    /// <summary>Whether all parts take the root seed itself, as the first published runs did, and not a seed of their own by <see cref="RandomStreams"/>.</summary>
    [JsonIgnore]
    public bool SharesSeed { get; init; }

    /// <summary>Step three: the ELBO with <see cref="SelfAugmentationLoss"/>. No epochs leave it out.</summary>
    public TrainingOptions WarmUp { get; init; } = new() { Epochs = 0 };

    /// <summary>The last step: the ELBO, and whatever added terms it has, which may fade out (<see cref="TrainingOptions.AddedTermsFadeOut"/>).</summary>
    public required TrainingOptions Joint { get; init; }

    /// <summary>The two steps of Jiang et al. (2017), with the study's batch size, rate and number of epochs.</summary>
    public static VadeRecipe TwoStep { get; } = new()
    {
        Name = "two-step",
        Pretraining = new() { Epochs = 20, Precision = Precision.Mixed },
        Mixture = new() { Components = 10, Restarts = 10 },
        Joint = new() { Epochs = 100, LearningRate = 1e-4, Precision = Precision.Mixed },
        SharesSeed = true,
    };

    /// <summary>With a start from the neighbour graph and a self-augmented warm-up between the two steps.</summary>
    public static VadeRecipe SelfAugmented { get; } = new()
    {
        Name = "self-augmented",
        Pretraining = new()
        {
            Epochs = 16,
            LearningRate = 2e-3,
            FinalLearningRate = 1e-4,
            InputDropout = 0.2,
            Corruption = Distortions.Wide.Corruption,
            Precision = Precision.Mixed,
        },
        Mixture = new() { Components = 10 },
        Graph = new(),
        Starts = 0,
        TrialEpochs = 1,
        EpochGrowth = 0.4,
        PretrainingGrowth = 2.0 / 3,
        StepsStayBelow = 10_000,
        ChoosesDistortions = true,
        WarmUp = new()
        {
            Epochs = 15,
            BatchSize = 256,
            FinalLearningRate = 1e-5,
            PriorLearningRate = 5e-3,
            SelfAugmentation = new() { Augmentation = Distortions.Wide.Augmentation },
            Adversary = new() { RampShare = 0.5 },
            Precision = Precision.Mixed,
        },
        Joint = new()
        {
            Epochs = 7,
            BatchSize = 256,
            LearningRate = 3e-3,
            FinalLearningRate = 1e-5,
            SelfAugmentation = new() { Weight = 150, Augmentation = Distortions.Wide.Augmentation },
            AddedTermsFadeOut = true,
            FitsPriorAtTheEnd = true,
            Precision = Precision.Mixed,
        },
    };

    /// <summary>
    /// <see cref="Joint"/> for rows that are no images, which know no distortion that holds their clusters at a large rate: the 8 × 8 digits as a table
    /// lost up to 0.03 of their accuracy to that of images.
    /// </summary>
    private static TrainingOptions JointOfVectors => SelfAugmented.Joint with
    {
        Epochs = 10,
        LearningRate = 5e-4,
        SelfAugmentation = SelfAugmented.Joint.SelfAugmentation! with { Weight = 40 },
        FitsPriorAtTheEnd = false,
    };

    /// <summary>Every recipe.</summary>
    public static IReadOnlyList<VadeRecipe> All { get; } = [TwoStep, SelfAugmented];

    /// <summary>The recipe of a name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those there are.</exception>
    public static VadeRecipe Named(string name) => All.FirstOrDefault(recipe => recipe.Name == name) ?? throw new ArgumentException(
        $"There is no recipe '{name}'; expected {string.Join(" or ", All.Select(recipe => $"'{recipe.Name}'"))}.", nameof(name));

    /// <summary>The same recipe with its parts derived from one seed, and with more epochs on fewer rows than 70,000 (<see cref="EpochGrowth"/>, <see cref="PretrainingGrowth"/>).</summary>
    /// <param name="rows">How many there are to train on. Range: at least 1.</param>
    /// <param name="seed">Decides weights, noise, orders and distortions.</param>
    public VadeRecipe For(int rows, long seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        var seeded = this with { Seed = seed };
        int Epochs(int stated, int batch, double growth, int stepsStayBelow)
        {
            // A step takes no more rows than there are.
            int some = Math.Max(rows, Math.Min(batch, Mnist.Count));
            double few = Math.Max(some, stepsStayBelow);
            return (int)Math.Round(stated * (few / some) * Math.Pow(Math.Max(Mnist.Count, few) / few, growth));
        }
        int Later(int stated, int batch) => Epochs(stated, batch, EpochGrowth, StepsStayBelow);
        TrainingOptions Adapted(TrainingOptions options, int epochs, string stage) => options with { Epochs = epochs, Seed = seeded.StreamSeed(stage) };
        return seeded with
        {
            Pretraining = Adapted(Pretraining, Epochs(Pretraining.Epochs, Pretraining.BatchSize, PretrainingGrowth, stepsStayBelow: 0), Stage.Pretraining),
            Mixture = Mixture with { Seed = seeded.StreamSeed("starts") },
            WarmUp = Adapted(WarmUp, Later(WarmUp.Epochs, WarmUp.BatchSize), Stage.WarmUp),
            Joint = Adapted(Joint, Later(Joint.Epochs, Joint.BatchSize), Stage.Joint),
            TrialEpochs = Later(TrialEpochs, WarmUp.BatchSize),
        };
    }

    /// <summary>The same recipe for data, with its parts derived from one seed; rows that are no images have epochs and a joint training of their own, where the recipe chooses for the data.</summary>
    /// <param name="data">What is to be trained on.</param>
    /// <param name="seed">Decides weights, noise, orders and distortions.</param>
    public VadeRecipe For(Dataset data, long seed)
    {
        ArgumentNullException.ThrowIfNull(data);
        var suited = ChoosesDistortions && data.Shape is null ? this with
        {
            EpochGrowth = EpochGrowthOfVectors,
            PretrainingGrowth = EpochGrowthOfVectors,
            StepsStayBelow = 0,
            Joint = ReferenceEquals(Joint, SelfAugmented.Joint) ? JointOfVectors : Joint,
        } : this;
        return suited.For(data.Count, seed);
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
        };
    }

    /// <summary>The same recipe with distortions, lengths of its adversary and starts chosen for the data without labels, where it says so.</summary>
    /// <remarks>A <see cref="Graph"/> of the caller's own stays, but for rows that are no images.</remarks>
    /// <param name="data">What it is to be trained on.</param>
    /// <param name="scaling">From the data to what the model sees; null is <see cref="Scaling.SuitedTo"/> the data.</param>
    /// <param name="shape">What the model takes the rows to be images of; null is the data's own.</param>
    /// <returns>The recipe, and the choice with its reason in a sentence; an empty one where there was nothing to choose.</returns>
    public (VadeRecipe Recipe, string Why) ChosenFor(Dataset data, Scaling? scaling = null, ImageShape? shape = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (!ChoosesDistortions)
        {
            return (this, "");
        }
        using var scope = NewDisposeScope();
        scaling ??= Scaling.SuitedTo(data);
        var rows = scaling.Apply(data.Select(data.Name, EvenlySpaced.Indices(data.Count, RowsToChooseBy)).ToTensor());
        shape ??= data.Shape;
        var (distortions, why) = Distortions.For(rows, shape);
        var chosen = With(distortions, adversary => Distortions.Scaled(rows, adversary));
        return Graph is null ? (chosen, why)
            : shape is null ? (chosen.FromTheRows(), $"{why} The start comes from the neighbour graph of the rows, and the warm-up holds to its clusters at first.")
            : distortions.Name == Distortions.Stretching.Name && ReferenceEquals(Graph, SelfAugmented.Graph) ? (chosen.FromManyStarts(), $"{why} With it more starts are tried.")
            : (chosen, why);
    }

    /// <summary>An autoencoder with first weights of the recipe's own seed, not yet trained.</summary>
    /// <param name="architecture">The layers.</param>
    /// <param name="likelihood">p(x|z); null is <see cref="Bernoulli"/>.</param>
    /// <returns>The caller disposes it.</returns>
    public Autoencoder NewAutoencoder(Architecture architecture, ILikelihood? likelihood = null) => new(architecture, likelihood, StreamSeed("autoencoder"));

    /// <summary>The seed of a part of the training.</summary>
    internal long StreamSeed(string name) => SharesSeed ? Seed ?? 1 : RandomStreams.Seed(Seed ?? 1, name);

    /// <summary>The seed of a part of a start.</summary>
    /// <param name="number">The start's, from 1.</param>
    /// <param name="part">"mixture", "model" or "training".</param>
    internal long StartSeed(int number, string part) =>
        SharesSeed ? WarmUp.Seed * 1000 + number - 1 : RandomStreams.Seed(Seed ?? 1, $"{Stage.Start(number)} {part}");

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
            Pretraining = plainPretraining ? pretraining with { Augmentation = null, Corruption = null, InputDropout = 0 } : pretraining,
            WarmUp = WarmUp with { Epochs = warmUpEpochs ?? WarmUp.Epochs, SelfAugmentation = added },
            Joint = Joint with { Epochs = jointEpochs ?? Joint.Epochs },
            Starts = starts ?? Starts,
        };
        return changed with
        {
            Name = string.Join(", ", Differences(changed).Prepend(Name)),
            TrialEpochs = Math.Min(TrialEpochs, changed.WarmUp.Epochs),
        };
    }

    /// <summary>The starts to choose from, one warm-up each, not yet begun.</summary>
    /// <param name="autoencoder">After <see cref="Pretraining"/>; it stays the caller's and is not changed.</param>
    /// <param name="rows">Observations, (N, D_x), uint8 or float32 in model units; they stay the caller's and must outlive the starts.</param>
    /// <param name="monitorLabels">True classes, N, only to report accuracies.</param>
    /// <param name="checkpoints">Where the warm-up of the start of a name, such as "start 1", keeps its state; null keeps none.</param>
    /// <returns>Those from the graph that differ, then the mixtures; the caller disposes each.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="Starts"/> is below 1.</exception>
    public IReadOnlyList<VadeStart> StartsFrom(
        Autoencoder autoencoder, Tensor rows, IReadOnlyList<int>? monitorLabels = null, Func<string, ICheckpoints>? checkpoints = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Starts, Graph is null ? 1 : 0);
        using var codes = autoencoder.Encode(rows);
        var clusters = new List<StartClusters>();
        var starts = new List<VadeStart>();
        try
        {
            clusters.AddRange(Graph is null ? [] : Graph.OfRows ? [StartClusters.OfRows(autoencoder.Trusted(rows), codes, Graph, Mixture)]
                : StartClusters.OfGraphs(codes, Graph, Mixture));
            int mixtures = clusters.Count == 0 ? Math.Max(1, Starts) : Starts;
            for (int number = clusters.Count + 1, last = clusters.Count + mixtures; number <= last; number++)
            {
                clusters.Add(StartClusters.OfMixture(codes, Mixture with { Seed = StartSeed(number, "mixture") }));
            }
            foreach (var found in clusters)
            {
                int number = starts.Count + 1;
                starts.Add(new VadeStart(number, found, autoencoder, rows, this, monitorLabels, checkpoints?.Invoke(Stage.Start(number))));
            }
            return starts;
        }
        catch
        {
            starts.ForEach(start => start.Dispose());
            throw;
        }
        finally
        {
            clusters.ForEach(found => found.Dispose());
        }
    }

    /// <summary>The best of the starts by <see cref="VadeStart.Criterion"/>, without labels, by <see cref="SuccessiveHalving"/>.</summary>
    /// <param name="starts">At least one, of <see cref="StartsFrom"/>; they stay the caller's and are warmed up as far as they come.</param>
    /// <param name="progress">Gives what to call after every epoch of a start.</param>
    /// <param name="cancellation">Stops it between two steps.</param>
    public VadeStart Choose(IReadOnlyList<VadeStart> starts, Func<VadeStart, Action<Epoch>?>? progress = null, CancellationToken cancellation = default)
    {
        return starts.Count == 1 || TrialEpochs == 0 ? starts[0] : SuccessiveHalving.Choose(
            starts, TrialEpochs, (start, epochs) => start.Try(epochs, progress?.Invoke(start), cancellation), start => start.Criterion ?? 0);
    }

    /// <summary>Trains a VaDE on data, from nothing to the end.</summary>
    /// <remarks>The recipe is that of <see cref="For(Dataset, long)"/>, for the data and the seed of the options, unless it is one already.</remarks>
    /// <param name="data">What to cluster: bytes or numbers, images or vectors.</param>
    /// <param name="options">See <see cref="FitOptions"/>; null is its defaults.</param>
    /// <param name="cancellation">Stops training between two steps, as <see cref="Interruption"/> does; with checkpoints, a later call goes on.</param>
    /// <returns>The models and what they went through; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The data do not fit the options, are fewer rows than clusters, or were read from numbers that float32 cannot tell apart.</exception>
    /// <exception cref="OperationCanceledException">Training was stopped.</exception>
    /// <exception cref="NotFiniteNumberException">A loss or a weight became NaN or infinite.</exception>
    public VadeFit Fit(Dataset data, FitOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        options ??= new();
        var recipe = Seed is null ? For(data, options.Seed) : this;
        if (options.Clusters > 0)
        {
            recipe = recipe with { Mixture = recipe.Mixture with { Components = options.Clusters } };
        }
        if (data.Lost is { } lost)
        {
            throw new ArgumentException($"{data.Name} {lost}.", nameof(data));
        }
        // Where the number is chosen, it is known once there is a code.
        if (options.Clusters > 0 || options.ChooseClusters is null)
        {
            VadeFitting.RequireRows(data, recipe.Mixture.Components);
        }
        return new VadeFitting(recipe, data, options, cancellation).Run();
    }

    /// <summary>The recipe with other distortions wherever it has any, and its adversary's lengths changed.</summary>
    internal VadeRecipe With(Distortions distortions, Func<VirtualAdversary, VirtualAdversary> scaled)
    {
        TrainingOptions Changed(TrainingOptions options) => options with
        {
            Corruption = options.Corruption is null ? null : distortions.Corruption,
            SelfAugmentation = options.SelfAugmentation is { } added ? added with { Augmentation = distortions.Augmentation } : null,
            Adversary = options.Adversary is { } adversary ? scaled(adversary) : null,
        };
        return this with { Pretraining = Changed(Pretraining), WarmUp = Changed(WarmUp), Joint = Changed(Joint) };
    }

    /// <summary>The recipe with starts from graphs of several numbers of neighbours and eigenvectors, of which the most telling are tried.</summary>
    private VadeRecipe FromManyStarts() => this with
    {
        Graph = new() { Neighbors = [10, 15, 30], MoreEigenvectors = [2, 3, 4, 5, 6, 7, 8], Most = 4 },
    };

    /// <summary>The recipe with its start from the rows' own neighbour graph, to which no distortion has to be known.</summary>
    private VadeRecipe FromTheRows() => this with
    {
        Graph = new() { OfRows = true, Neighbors = [5, 10, 20], MoreEigenvectors = [0, 1, 2, 3, 4, 5, 6, 7] },
        Starts = 0,
        WarmUp = WarmUp with { StartWeight = WarmUp.SelfAugmentation?.Weight ?? 0 },
    };

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
        Pretraining.Corruption is null ? "plain pretraining" : "distorted pretraining",
    ];

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
