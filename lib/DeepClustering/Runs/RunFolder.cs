using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using DeepClustering.Data;
using DeepClustering.Models;
using DeepClustering.Storage;
using DeepClustering.Training;

namespace DeepClustering.Runs;

/// <summary>A run's folder while it is trained: checkpoints of every part of the training, then the finished run beside them.</summary>
/// <remarks>
/// One process at a time holds it. A trainer that is given one of its stages continues where an earlier process stopped, bit for bit;
/// a finished stage is reused, so a whole program or notebook can simply be run again.
/// </remarks>
public sealed class RunFolder : IDisposable
{
    internal const string CheckpointsFolder = "checkpoints", PlanFile = "plan.json";

    /// <summary>The member by which a plan is known to be one.</summary>
    internal const string PlanMark = "Plan";

    // Held also against the garbage collector, which would let go of the lock.
    private static readonly Dictionary<string, RunFolder> _open = [];

    private static readonly JsonSerializerOptions _strict = new() { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    private readonly FolderLock _lock;
    private bool _closed;

    /// <summary>Long next to the time that saving takes, short next to what is felt when it is lost.</summary>
    private static readonly TimeSpan _every = TimeSpan.FromSeconds(5);

    private RunFolder(string path, FolderLock held, TimeSpan every, Action<string>? warn)
    {
        (Path, _lock, Every) = (path, held, every);
        Warn = warn ?? Console.Error.WriteLine;
    }

    /// <summary>The folder's full path.</summary>
    public string Path { get; }

    /// <summary>The least time from one checkpoint to the next.</summary>
    public TimeSpan Every { get; }

    internal Action<string> Warn { get; }

    private string Checkpoints => System.IO.Path.Combine(Path, CheckpointsFolder);

    /// <summary>Takes a run's folder, until disposed or until the process ends; opened again in one process, it is taken from the one before.</summary>
    /// <param name="path">The run's folder; it is made.</param>
    /// <param name="data">What is trained on.</param>
    /// <param name="plan">All options of the run, as a record or the like that can be written as JSON.</param>
    /// <param name="restart">True: forgets the checkpoints there are. A finished run stays until the next is saved.</param>
    /// <param name="every">The least time from one checkpoint to the next, which is what a crash can cost; 5 s unless given, zero saves after every epoch.</param>
    /// <param name="warn">Takes a line about each damaged checkpoint that was passed over; by default it goes to the error output.</param>
    /// <exception cref="IOException">Another process has the folder, it cannot be written to, or it holds a link where a run writes.</exception>
    /// <exception cref="InvalidDataException">
    /// The checkpoints there are of other options or data (the message has a table of what differs), or the folder holds something
    /// and no run, or its checkpoints hold what no run wrote and a restart would delete: all is left as it was.
    /// </exception>
    public static RunFolder Open<TPlan>(
        string path, Dataset data, TPlan plan, bool restart = false, TimeSpan? every = null, Action<string>? warn = null)
    {
        var between = every ?? _every;
        ArgumentOutOfRangeException.ThrowIfLessThan(between, TimeSpan.Zero, nameof(every));
        path = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        lock (_open)
        {
            if (_open.TryGetValue(path, out var earlier))
            {
                earlier.Dispose();
            }
            OwnFiles.RequireRunFolder(path);
            var run = new RunFolder(path, FolderLock.Take(path), between, warn);
            try
            {
                // The names are those of the first version, whose runs had digits alone.
                run.Begin<TPlan>(JsonSerializer.SerializeToNode(new { Digits = data.Count, DigitsDigest = data.Digest, Plan = plan })!, restart);
            }
            catch
            {
                run._lock.Dispose();
                throw;
            }
            return _open[path] = run;
        }
    }

    /// <summary>Where one part of the training keeps its checkpoints.</summary>
    /// <param name="name">Such as "pretraining"; a name of its own for every trainer.</param>
    /// <exception cref="ArgumentException">The name cannot be a folder's.</exception>
    /// <exception cref="IOException">The folder is a link.</exception>
    public ICheckpoints Stage(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (RunName.Problem(name) is { } problem)
        {
            throw new ArgumentException($"'{name}' cannot be a folder's name: {problem}.", nameof(name));
        }
        string folder = System.IO.Path.Combine(Checkpoints, name);
        Disk.RequireNoLink(folder);
        return new StageCheckpoints(this, folder);
    }

    /// <summary>Saves the finished run: all of it or nothing. Of each stage's checkpoints the newest is kept, for running everything again.</summary>
    /// <param name="run">Its record.</param>
    /// <param name="model">The trained model; it stays the caller's.</param>
    public void Save(Run run, LatentModel model)
    {
        RequireOpen();
        run.Write(Path, model);
        foreach (string stage in Directory.GetDirectories(Checkpoints).Where(stage => !Disk.IsLink(stage)))
        {
            StageCheckpoints.Prune(stage);
        }
    }

    /// <summary>Releases the folder; its stages save nothing from then on.</summary>
    public void Dispose()
    {
        lock (_open)
        {
            if (!_closed)
            {
                _closed = true;
                _open.Remove(Path);
                _lock.Dispose();
            }
        }
    }

    /// <summary>A stored plan as this version would write it: an option that it does not have yet, or names otherwise, is no difference.</summary>
    private static JsonObject Renewed<TPlan>(JsonObject stored)
    {
        try
        {
            var plan = stored["Plan"].Deserialize<TPlan>(_strict);
            stored["Plan"] = JsonSerializer.SerializeToNode(plan);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException or ArgumentException)
        {
            // As it was written, then: what differs is shown.
        }
        return stored;
    }

    internal void RequireOpen() => ObjectDisposedException.ThrowIf(_closed, this);

    private void Begin<TPlan>(JsonNode subject, bool restart)
    {
        Disk.RemoveUnfinished(Path);
        string plan = System.IO.Path.Combine(Checkpoints, PlanFile);
        if (restart && Directory.Exists(Checkpoints))
        {
            OwnFiles.RequireCheckpoints(Checkpoints);
            // Renamed first: a crash while deleting leaves no part of a training to go on with.
            string forgotten = Disk.UnfinishedIn(Path);
            Directory.Move(Checkpoints, forgotten);
            Disk.Remove(forgotten);
        }
        Directory.CreateDirectory(Checkpoints);
        if (File.Exists(plan) || Directory.GetDirectories(Checkpoints).Length > 0)
        {
            Differences.Refuse(plan, Renewed<TPlan>(FileSet.Parse<JsonObject>(plan)), subject);
        }
        else
        {
            FileSet.WriteJson(plan, subject);
            Disk.FlushFolder(Checkpoints);
        }
    }
}
