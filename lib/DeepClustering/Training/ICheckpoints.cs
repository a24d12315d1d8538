namespace DeepClustering.Training;

/// <summary>Where one training keeps its state between epochs, so that a later process can go on.</summary>
public interface ICheckpoints
{
    /// <summary>Epochs from one save to the next. A finished training is saved in any case, and so is one whose loop is left. Range: at least 1.</summary>
    int Every { get; }

    /// <summary>The newest state that can be used, or null if nothing was ever saved; the caller disposes its tensors (a dispose scope does).</summary>
    /// <param name="subject">What is about to be trained.</param>
    /// <exception cref="InvalidDataException">What was saved is another training's, or all of it is damaged; the message says what differs.</exception>
    TrainerState? Latest(TrainingSubject subject);

    /// <summary>Keeps a state; when it returns, the state outlives a crash, and if it throws, the earlier ones are as they were.</summary>
    /// <param name="state">Its tensors stay the caller's.</param>
    void Save(TrainerState state);
}
