using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DeepClustering.Storage;

namespace DeepClustering.Runs;

/// <summary>Tells what the library wrote in a run's folder from what is someone else's, which it neither overwrites nor deletes.</summary>
internal static partial class OwnFiles
{
    private static readonly string[] _ofACheckpoint = ["state.json", "weights.safetensors", "moments.safetensors", FileSet.ManifestFile];

    /// <summary>Throws where a folder that holds something holds no run, before anything is written to it.</summary>
    /// <param name="folder">Where a run is to be kept; it need not exist.</param>
    /// <exception cref="InvalidDataException">The folder is someone else's.</exception>
    /// <exception cref="IOException">It holds a link where a run has a file or folder of its own.</exception>
    public static void RequireRunFolder(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }
        string checkpoints = Path.Combine(folder, RunFolder.CheckpointsFolder), plan = Path.Combine(checkpoints, RunFolder.PlanFile);
        Disk.RequireNoLink(checkpoints);
        Disk.RequireNoLink(Path.Combine(folder, FolderLock.LockFile));
        if (Run.IsRecord(Path.Combine(folder, Run.RecordFile)) || IsPlan(plan) || FolderLock.IsOwn(folder) || !Holdings(folder).Any())
        {
            return;
        }
        throw new InvalidDataException(Directory.Exists(checkpoints)
            ? $"{plan} {(File.Exists(plan) ? "is damaged or not a run's" : "is missing")}, and by it a run's checkpoints are known. {folder} was left as it was: use another folder, or delete this one."
            : $"{folder} holds {Path.GetFileName(Holdings(folder).Order(StringComparer.Ordinal).First())} and no run, and was left as it was. A run takes a folder of its own.");
    }

    /// <summary>Throws unless all that a folder of checkpoints holds was written by the library, before it is deleted.</summary>
    /// <exception cref="InvalidDataException">It is someone else's, or holds something that is; the message names it.</exception>
    public static void RequireCheckpoints(string checkpoints)
    {
        string plan = Path.Combine(checkpoints, RunFolder.PlanFile);
        string? foreign = !IsPlan(plan) ? plan : Holdings(checkpoints).FirstOrDefault(path => path != plan && !IsStage(path));
        if (foreign is not null)
        {
            throw new InvalidDataException(
                $"{foreign} {(File.Exists(foreign) || Directory.Exists(foreign) ? "is nothing that a run's checkpoints hold" : "is missing, and by it a run's checkpoints are known")}. " +
                $"Nothing was deleted: move or delete {checkpoints} yourself to begin anew.");
        }
    }

    /// <summary>Whether a path is a checkpoint's folder, with nothing in it but a checkpoint's files.</summary>
    public static bool IsCheckpoint(string path) => Checkpoint().IsMatch(Path.GetFileName(path)) && IsFolder(path)
        && Directory.EnumerateFileSystemEntries(path).All(file => _ofACheckpoint.Contains(Path.GetFileName(file)) && !Disk.IsLink(file) && File.Exists(file));

    private static bool IsStage(string path) => IsFolder(path) && Holdings(path).All(IsCheckpoint);

    private static bool IsFolder(string path) => Directory.Exists(path) && !Disk.IsLink(path);

    private static IEnumerable<string> Holdings(string folder) =>
        Directory.EnumerateFileSystemEntries(folder).Where(path => !Disk.IsUnfinished(path));

    private static bool IsPlan(string path)
    {
        try
        {
            return !Disk.IsLink(path) && JsonNode.Parse(File.ReadAllBytes(path)) is JsonObject plan && plan.ContainsKey(RunFolder.PlanMark);
        }
        catch (Exception e) when (e is JsonException or FileNotFoundException or DirectoryNotFoundException or InvalidOperationException or ArgumentException)
        {
            return false;
        }
    }

    [GeneratedRegex("^epoch-[0-9]{6,9}$")]
    private static partial Regex Checkpoint();
}
