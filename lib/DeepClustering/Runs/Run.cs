using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using DeepClustering.Data;
using DeepClustering.Likelihoods;
using DeepClustering.Metrics;
using DeepClustering.Models;
using DeepClustering.Networks;
using DeepClustering.Storage;
using DeepClustering.Training;
using static TorchSharp.torch;

namespace DeepClustering.Runs;

/// <summary>A trained model's record, kept in a folder of its own beside the weights.</summary>
/// <remarks>
/// The folder holds <c>run.json</c> (recipe, seed, provenance), <c>history.json</c>, <c>metrics.json</c>,
/// <c>weights.safetensors</c>, for VaDE <c>mixture.json</c>, <c>test-metrics.json</c> where samples were held out, and
/// <c>manifest.json</c> with the size and SHA-256 of each. Folders of earlier versions have no manifest; they are loaded unchecked.
/// </remarks>
public sealed record Run
{
    internal const string RecordFile = "run.json";

    private const string HistoryFile = "history.json", MetricsFile = "metrics.json", TestMetricsFile = "test-metrics.json";
    private const string WeightsFile = "weights.safetensors", MixtureFile = "mixture.json", BoundsFile = "training-bounds.safetensors";

    private const int FormatWithManifest = 1;

    /// <summary>What <see cref="Folder"/> holds; set when loaded.</summary>
    private FileSet? _files;

    /// <summary>Tells a folder that has lost its manifest from one that never had any.</summary>
    [JsonInclude]
    internal int Format { get; init; }

    /// <summary>"Autoencoder", "Vae" or "Vade".</summary>
    public required string Model { get; init; }

    /// <summary>How the model was trained, in a word or two: runs of one recipe differ in their seeds only.</summary>
    public required string Recipe { get; init; }

    /// <summary>The widths of the layers.</summary>
    public required Architecture Architecture { get; init; }

    /// <summary>p(x|z).</summary>
    public required ILikelihood Likelihood { get; init; }

    /// <summary>Clusters of a VaDE, K; otherwise null.</summary>
    public int? Components { get; init; }

    /// <summary>The seed that the whole run was derived from.</summary>
    public required long Seed { get; init; }

    /// <summary>The accuracy of the mixture that a VaDE started from, [0, 1]; null for other models.</summary>
    public double? StartAccuracy { get; init; }

    /// <summary>What takes values of the data to what the model sees; null in runs of earlier versions, which were of bytes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Scaling? Scaling { get; init; }

    /// <summary>The names of the columns that it was trained on; empty for images, and in runs of earlier versions.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>What the classes of the training data are called, where they had labels.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>Data, versions, machine.</summary>
    public required Provenance Provenance { get; init; }

    /// <summary>The parts of the training, in order.</summary>
    [JsonIgnore]
    public IReadOnlyList<Stage> Stages { get; init; } = [];

    /// <summary>The scores of the trained model on the samples it was trained on, or null if none were computed.</summary>
    [JsonIgnore]
    public ClusteringScores? Scores { get; init; }

    /// <summary>The scores on samples that were held out, or null if none were.</summary>
    [JsonIgnore]
    public ClusteringScores? TestScores { get; init; }

    /// <summary>The negative bounds of the rows it was trained on, in nats, lowest first; empty where they were not computed.</summary>
    [JsonIgnore]
    public IReadOnlyList<float> TrainingBounds { get; init; } = [];

    /// <summary>Where the run was loaded from; null for one not saved yet.</summary>
    [JsonIgnore]
    public string? Folder { get; init; }

    /// <summary>Describes a trained model.</summary>
    /// <param name="model">What was trained.</param>
    /// <param name="data">What it was trained on.</param>
    /// <param name="recipe">How it was trained, in a word or two.</param>
    /// <param name="seed">The seed everything was derived from.</param>
    /// <param name="stages">The parts of the training, in order.</param>
    public static Run Of(LatentModel model, Dataset data, string recipe, long seed, params IEnumerable<Stage> stages) => new()
    {
        Model = model.GetName(),
        Recipe = recipe,
        Architecture = model.Architecture,
        Likelihood = model.Likelihood,
        Components = (model as Vade)?.Prior.Components,
        Seed = seed,
        Columns = data.Columns,
        ClassNames = data.ClassNames,
        Provenance = Provenance.Of(data),
        Stages = [.. stages],
    };

    /// <summary>Describes what a recipe has trained, with all that <see cref="Assign"/> needs for new rows.</summary>
    /// <param name="fit">What was trained; it stays the caller's.</param>
    /// <param name="data">What it was trained on.</param>
    public static Run Of(VadeFit fit, Dataset data)
    {
        ArgumentNullException.ThrowIfNull(fit);
        return Of(fit.Model, data, fit.Recipe.Name, fit.Recipe.Seed ?? fit.Model.Seed, fit.Stages) with
        {
            Scaling = fit.Scaling,
            StartAccuracy = fit.StartAccuracy,
            TrainingBounds = NewRows.Bounds(fit.Model, fit.Scaling, data),
        };
    }

    /// <summary>Saves the record and the weights: all of it or nothing; an earlier run of that name is replaced at the end.</summary>
    /// <param name="folder">The run's folder; it is made.</param>
    /// <param name="model">The trained model; it stays the caller's.</param>
    /// <exception cref="IOException">The folder is in use, or cannot be written to; an earlier run in it is as it was.</exception>
    /// <exception cref="InvalidDataException">The folder holds something and no run; it is as it was.</exception>
    public void Save(string folder, LatentModel model)
    {
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        OwnFiles.RequireRunFolder(folder);
        using var held = FolderLock.Take(folder);
        Disk.RemoveUnfinished(folder);
        Write(folder, model);
    }

    /// <summary>The same, into a folder that the caller has taken.</summary>
    internal void Write(string folder, LatentModel model) => FileSet.Save(folder, unfinished =>
    {
        void WriteJson<T>(string file, T value) => FileSet.WriteJson(Path.Combine(unfinished, file), value);
        WriteJson(RecordFile, this with { Format = FormatWithManifest });
        WriteJson(HistoryFile, Stages);
        WriteJson(MetricsFile, Scores);
        if (TestScores is not null)
        {
            WriteJson(TestMetricsFile, TestScores);
        }
        Safetensors.Write(Path.Combine(unfinished, WeightsFile), model.state_dict().Select(entry => (entry.Key, entry.Value)));
        if (TrainingBounds.Count > 0)
        {
            using var bounds = tensor(TrainingBounds.ToArray());
            Safetensors.Write(Path.Combine(unfinished, BoundsFile), [(nameof(TrainingBounds), bounds)]);
        }
        if (model is Vade vade)
        {
            WriteJson(MixtureFile, MixtureSnapshot.Of(vade.Prior));
        }
    }, unfinished => Publish(unfinished, folder));

    /// <summary>Moves the files to their place, the record first, which asks for a manifest, and the manifest last: a crash in between is found by them.</summary>
    private static void Publish(string unfinished, string folder)
    {
        string[] files = [.. Directory.GetFiles(unfinished).Select(path => Path.GetFileName(path))];
        foreach (string file in files.OrderBy(file => file == RecordFile ? 0 : file == FileSet.ManifestFile ? 2 : 1))
        {
            File.Move(Path.Combine(unfinished, file), Path.Combine(folder, file), overwrite: true);
        }
        foreach (string stale in new[] { TestMetricsFile, MixtureFile, BoundsFile }.Except(files))
        {
            File.Delete(Path.Combine(folder, stale));
        }
    }

    /// <summary>Loads a run's record; the weights stay on disk until a model is asked for.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="madeBy">The notebook that makes such a run, for the error where there is none.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such run; the message says what to run first.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be looked into, or a file not be read.</exception>
    /// <exception cref="InvalidDataException">A file is missing or damaged; the message names it.</exception>
    public static Run Load(string folder, string madeBy)
    {
        if (!IsRun(folder))
        {
            throw new DirectoryNotFoundException($"There is no run in {Path.GetFullPath(folder)}. Run {madeBy} first: it trains and saves it.");
        }
        var files = new FileSet(folder);
        var run = files.Json<Run>(RecordFile);
        if (run.Format >= FormatWithManifest)
        {
            files.RequireManifest().Check(except: WeightsFile);
        }
        var stages = files.Json<Stage?[]>(HistoryFile);
        return run with
        {
            Stages = [.. stages.Select(stage => stage is not null && stage.History.All(epoch => epoch is not null) ? stage
                : throw new InvalidDataException($"{Path.Combine(folder, HistoryFile)}: a stage or an epoch is null."))],
            Scores = files.JsonOrNull<ClusteringScores>(MetricsFile),
            TestScores = files.Contains(TestMetricsFile) ? files.Json<ClusteringScores>(TestMetricsFile) : null,
            TrainingBounds = files.Contains(BoundsFile) ? ReadBounds(files.Checked(BoundsFile)) : [],
            Folder = folder,
            _files = files,
        };
    }

    /// <summary>Loads every run of a folder, in the order of their names.</summary>
    /// <param name="folder">The folder of the runs' folders; without it there are none.</param>
    /// <param name="warn">Takes a line about each folder that has files of a run's names but is none; by default it goes to the error output.</param>
    /// <exception cref="InvalidDataException">A run is damaged; the message names the file.</exception>
    public static IReadOnlyList<Run> Find(string folder, Action<string>? warn = null)
    {
        warn ??= Console.Error.WriteLine;
        if (!Present.Folder(folder))
        {
            return [];
        }
        var found = Directory.GetDirectories(folder).Where(IsRun).Order(StringComparer.Ordinal).ToLookup(IsOwn);
        foreach (string foreign in found[false])
        {
            warn($"{foreign} was passed over: it has files named as a run's, but is no run of this library.");
        }
        return [.. found[true].Select(run => Load(run, madeBy: "its notebook"))];
    }

    /// <summary>The trained VAE.</summary>
    /// <returns>A model; the caller disposes it.</returns>
    /// <exception cref="InvalidDataException">The run is of another model, or its weights are damaged.</exception>
    public Vae LoadVae() => WithWeights(nameof(Vae), () => new Vae(Architecture, Likelihood, Seed));

    /// <summary>The trained VaDE.</summary>
    /// <returns>A model; the caller disposes it.</returns>
    /// <exception cref="InvalidDataException">The run is of another model, or its weights are damaged.</exception>
    public Vade LoadVade() => WithWeights(nameof(Vade), () => new Vade(Components ?? 10, Architecture, Likelihood, Seed));

    /// <summary>The trained autoencoder, or the one that a VaDE started from, if its weights are still among the run's checkpoints.</summary>
    /// <returns>A model, which the caller disposes; null for a VAE, and for a VaDE without that checkpoint.</returns>
    /// <exception cref="InvalidDataException">The weights are damaged, or of another architecture than the run's.</exception>
    public Autoencoder? LoadAutoencoder()
    {
        Autoencoder Create() => new(Architecture, Likelihood, Seed);
        if (Model == nameof(Autoencoder))
        {
            return WithWeights(nameof(Autoencoder), Create);
        }
        string stage = Path.Combine(Folder ?? throw new InvalidOperationException("The run was not loaded from a folder."), RunFolder.CheckpointsFolder, Stage.Pretraining);
        return Model == nameof(Vade) && StageCheckpoints.NewestWeights(stage) is { } path
            ? Safetensors.ReadInto(path, Create(), $"the autoencoder {Architecture}")
            : null;
    }

    /// <summary>Puts rows into the clusters of the trained VaDE, such as it has never seen.</summary>
    /// <param name="data">Rows of the columns, or images of the shape, that it was trained on; columns may stand in another order. Labels are not looked at.</param>
    /// <returns>An entry a row, in their order.</returns>
    /// <exception cref="InvalidDataException">The run is no VaDE's or damaged, or the rows are not as those it was trained on; the message names what differs.</exception>
    public IReadOnlyList<Assignment> Assign(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        using var rows = NewRows.Of(this, data);
        using var model = LoadVade();
        return NewRows.Assign(model, rows, data.RowNames, TrainingBounds);
    }

    /// <summary>Makes sure that figures are computed on the data that the run was trained on.</summary>
    /// <param name="data">The data at hand.</param>
    /// <exception cref="InvalidDataException">It is other data.</exception>
    public void RequireData(Dataset data)
    {
        if (data.Digest != Provenance.DataDigest)
        {
            throw new InvalidDataException(
                $"{Folder}: trained on {Provenance.Data} ({Provenance.Samples} samples, SHA-256 {Beginning(Provenance.DataDigest)}), " +
                $"but the data at hand is {data.Name} ({data.Count} samples, SHA-256 {Beginning(data.Digest)}).");
        }
    }

    private static string Beginning(string digest) => $"{digest[..Math.Min(12, digest.Length)]}…";

    /// <summary>What the matrices of encoder, decoder and mixture take: a model is made only if the file can fill it.</summary>
    private double LeastBytes()
    {
        double mixture = 2.0 * (Components ?? 0) * Architecture.LatentSize;
        return sizeof(float) * (Architecture.LeastWeights + mixture);
    }

    /// <summary>Whether a file is the record of a run, be the rest of it damaged or not.</summary>
    internal static bool IsRecord(string path) => Holds(path, nameof(Model), nameof(Recipe), nameof(Provenance));

    // Of a run with a damaged record the manifest tells, and the other way round.
    private static bool IsOwn(string folder) =>
        IsRecord(Path.Combine(folder, RecordFile)) || Holds(Path.Combine(folder, FileSet.ManifestFile), RecordFile);

    private static bool Holds(string path, params string[] members)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllBytes(path)) is JsonObject json && members.All(json.ContainsKey);
        }
        catch (Exception e) when (e is JsonException or FileNotFoundException or ArgumentException)
        {
            return false;
        }
    }

    private static bool IsRun(string folder) =>
        Present.File(Path.Combine(folder, RecordFile)) || Present.File(Path.Combine(folder, FileSet.ManifestFile));

    private static float[] ReadBounds(string path)
    {
        using var scope = NewDisposeScope();
        return Safetensors.Read(path).TryGetValue(nameof(TrainingBounds), out var bounds) && bounds.dim() == 1
            ? bounds.data<float>().ToArray()
            : throw new InvalidDataException($"{path}: expected one row of numbers, {nameof(TrainingBounds)}.");
    }

    private T WithWeights<T>(string expected, Func<T> create) where T : LatentModel
    {
        if (Model != expected)
        {
            throw new InvalidDataException($"{Folder}: expected a run of {expected}, found {Model}.");
        }
        string path = (_files ?? throw new InvalidOperationException("The run was not loaded from a folder.")).Checked(WeightsFile);
        if (LeastBytes() > new FileInfo(path).Length)
        {
            throw new InvalidDataException($"{path}: too short for the model {Architecture} of {RecordFile}.");
        }
        try
        {
            return Safetensors.ReadInto(path, create(), $"the model {Architecture}");
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new InvalidDataException($"{Path.Combine(Folder!, RecordFile)}: {e.Message}", e);
        }
    }
}
