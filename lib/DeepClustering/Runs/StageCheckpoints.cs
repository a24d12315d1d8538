using System.Globalization;
using DeepClustering.Storage;
using DeepClustering.Training;
using static TorchSharp.torch;

namespace DeepClustering.Runs;

/// <summary>The checkpoints of one part of a training: one folder each, of which the last two are kept.</summary>
internal sealed class StageCheckpoints(RunFolder run, string folder) : ICheckpoints
{
    private const string StateFile = "state.json", WeightsFile = "weights.safetensors", MomentsFile = "moments.safetensors";

    private string? _newest;

    public TimeSpan Every => run.Every;

    public TrainerState? Latest(TrainingSubject subject)
    {
        run.RequireOpen();
        var damages = new List<string>();
        foreach (string checkpoint in Checkpoints(folder).OrderDescending(StringComparer.Ordinal))
        {
            if (ReadOrNull(checkpoint, damages) is { } state)
            {
                Differences.Refuse(checkpoint, WithShape(state.Subject, subject), subject);
                Report(checkpoint, damages, state);
                _newest = checkpoint;
                return state;
            }
        }
        return damages.Count == 0 ? null : throw new InvalidDataException(
            $"{folder}: no checkpoint can be used; restart the run (restart: true) to begin anew.\n  {string.Join("\n  ", damages)}");
    }

    public void Save(TrainerState state)
    {
        run.RequireOpen();
        Disk.RequireNoLink(folder);
        Directory.CreateDirectory(folder);
        string checkpoint = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"epoch-{state.History.Count:D6}"));
        if (Directory.Exists(checkpoint) && !Disk.IsLink(checkpoint) && !OwnFiles.IsCheckpoint(checkpoint))
        {
            throw new IOException($"{checkpoint} holds what is no checkpoint's, and was left as it was: move it away.");
        }
        FileSet.Save(folder, unfinished => Write(unfinished, state), unfinished =>
        {
            Disk.Remove(checkpoint);
            Directory.Move(unfinished, checkpoint);
        });
        Disk.RemoveUnfinished(folder);
        foreach (string other in Checkpoints(folder).Where(path => path != checkpoint && path != _newest && OwnFiles.IsCheckpoint(path)))
        {
            Disk.Remove(other);
        }
        _newest = checkpoint;
    }

    /// <summary>Deletes all but the newest checkpoint, once the run is finished.</summary>
    public static void Prune(string folder)
    {
        foreach (string older in Checkpoints(folder).Order(StringComparer.Ordinal).SkipLast(1).Where(OwnFiles.IsCheckpoint))
        {
            Disk.Remove(older);
        }
    }

    /// <summary>The file of a stage's last weights, checked against its manifest; null if there are no checkpoints.</summary>
    /// <exception cref="InvalidDataException">The newest checkpoint is damaged.</exception>
    public static string? NewestWeights(string folder) => Checkpoints(folder).Max(StringComparer.Ordinal) is { } newest
        ? new FileSet(newest).RequireManifest().Checked(WeightsFile)
        : null;

    /// <summary>Earlier versions did not save what an observation is an image of.</summary>
    private static TrainingSubject WithShape(TrainingSubject stored, TrainingSubject now) => stored.Architecture.Shape is null
        ? stored with { Architecture = stored.Architecture with { Shape = now.Architecture.Shape } }
        : stored;

    private static string[] Checkpoints(string folder) =>
        Directory.Exists(folder) ? Directory.GetDirectories(folder, "epoch-*") : [];

    private void Report(string checkpoint, List<string> damages, TrainerState state)
    {
        foreach (string damage in damages)
        {
            run.Warn($"{damage} Going on from {checkpoint}.");
        }
        if (state.Threads != get_num_threads() && state.History.Count < state.Subject.Options.Epochs)
        {
            run.Warn($"{checkpoint} was computed with {state.Threads} threads, this process uses {get_num_threads()}: the last bits may differ.");
        }
    }

    private static void Write(string folder, TrainerState state)
    {
        FileSet.WriteJson(Path.Combine(folder, StateFile), state);
        Safetensors.Write(Path.Combine(folder, WeightsFile), state.Weights.Select(entry => (entry.Key, entry.Value)));
        if (state.Moments.Count > 0)
        {
            Safetensors.Write(Path.Combine(folder, MomentsFile), state.Moments.Select(entry => (entry.Key, entry.Value)));
        }
    }

    private static TrainerState? ReadOrNull(string checkpoint, List<string> damages)
    {
        try
        {
            var files = new FileSet(checkpoint).RequireManifest();
            files.Check(except: StateFile);
            return files.Json<TrainerState>(StateFile) with
            {
                Weights = Safetensors.Read(Path.Combine(checkpoint, WeightsFile)),
                Moments = files.Contains(MomentsFile) ? Safetensors.Read(Path.Combine(checkpoint, MomentsFile)) : new Dictionary<string, Tensor>(),
            };
        }
        catch (InvalidDataException damage)
        {
            damages.Add(damage.Message);
            return null;
        }
    }
}
