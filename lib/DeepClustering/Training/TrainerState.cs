using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace DeepClustering.Training;

/// <summary>Everything that decides how a training continues, as it is between two epochs.</summary>
public sealed record TrainerState
{
    /// <summary>What is trained, on what, and how.</summary>
    public required TrainingSubject Subject { get; init; }

    /// <summary>The epochs so far; their number decides the falling learning rate.</summary>
    public required IReadOnlyList<Epoch> History { get; init; }

    /// <summary>States of the random generators: the model's noise, the order of the rows, their distortions, and torch's own.</summary>
    public required IReadOnlyDictionary<string, byte[]> Generators { get; init; }

    /// <summary>Threads torch computed with; sums of another number of threads may differ in their last bits.</summary>
    public required int Threads { get; init; }

    /// <summary>The model's weights by name, float32.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, Tensor> Weights { get; init; } = new Dictionary<string, Tensor>();

    /// <summary>Adam's moments and numbers of steps by the parameters' names, float32; empty once the training is finished and needs them no more.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, Tensor> Moments { get; init; } = new Dictionary<string, Tensor>();

    /// <summary>The same with tensors of its own, which belong to no dispose scope.</summary>
    internal TrainerState Copy() => this with { Weights = Copy(Weights), Moments = Copy(Moments) };

    internal void DisposeTensors()
    {
        foreach (var tensor in Weights.Values.Concat(Moments.Values))
        {
            tensor.Dispose();
        }
    }

    private static Dictionary<string, Tensor> Copy(IReadOnlyDictionary<string, Tensor> tensors) =>
        tensors.ToDictionary(entry => entry.Key, entry => entry.Value.detach().clone().DetachFromDisposeScope());
}
