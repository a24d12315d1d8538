using System.Diagnostics;

namespace DeepClustering.Training;

/// <summary>Saves the states of a training as far apart as its checkpoints ask for, and keeps the last one until it is saved or another takes its place.</summary>
internal sealed class SpacedCheckpoints(ICheckpoints checkpoints) : IDisposable
{
    private TrainerState? _kept;
    private long _savedAt;

    /// <summary>Whether nothing was ever saved.</summary>
    public bool AreNone { get; private set; } = true;

    /// <inheritdoc cref="ICheckpoints.Latest"/>
    public TrainerState? Latest(TrainingSubject subject)
    {
        var state = checkpoints.Latest(subject);
        if (state is not null)
        {
            Saved();
        }
        return state;
    }

    /// <summary>Saves a state if it is the first, the last, or time for it; of any other a copy is kept.</summary>
    /// <inheritdoc cref="ICheckpoints.Save"/>
    public void Keep(TrainerState state, bool isLast)
    {
        if (AreNone || isLast || Stopwatch.GetElapsedTime(_savedAt) >= checkpoints.Every)
        {
            Save(state);
        }
        else
        {
            Dispose();
            _kept = state.Copy();
        }
    }

    /// <summary>Saves the state that was kept, if one was: there will be no later one.</summary>
    public void SaveKept()
    {
        if (_kept is { } state)
        {
            Save(state);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _kept?.DisposeTensors();
        _kept = null;
    }

    private void Save(TrainerState state)
    {
        checkpoints.Save(state);
        Saved();
        Dispose();
    }

    private void Saved() => (AreNone, _savedAt) = (false, Stopwatch.GetTimestamp());
}
