namespace DeepClustering.Training;

/// <summary>Where one training keeps its state between epochs, so that a later process can continue it.</summary>
public interface ICheckpoints
{
    /// <summary>
    /// The least time from one save to the next, which is what a crash can cost; zero saves after every epoch. A training is always
    /// saved before its first epoch, when it finishes, and when its loop ends early, whatever the reason.
    /// </summary>
    TimeSpan Every { get; }

    /// <summary>The newest state that can be used, or null if nothing was ever saved; the caller disposes its tensors (a dispose scope does).</summary>
    /// <param name="subject">What is about to be trained.</param>
    /// <exception cref="InvalidDataException">The saved state belongs to a different training, or all of it is damaged; the message says what differs.</exception>
    TrainerState? Latest(TrainingSubject subject);

    /// <summary>Saves a state. Once this returns, the state survives a crash; if it throws, earlier states are unchanged.</summary>
    /// <param name="state">Its tensors stay the caller's.</param>
    void Save(TrainerState state);
}
