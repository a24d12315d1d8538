using DeepClustering.Models;
using DeepClustering.Storage;
using static TorchSharp.torch;

namespace DeepClustering.Training;

/// <summary>A model's weights as they were at a moment. It owns its tensors.</summary>
internal sealed class Snapshot : IDisposable
{
    private readonly Dictionary<string, Tensor> _weights;

    /// <param name="model">It stays the caller's.</param>
    public Snapshot(LatentModel model)
    {
        using var guard = no_grad();
        _weights = model.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.clone().DetachFromDisposeScope());
    }

    /// <summary>Gives the model, or another like it, these weights.</summary>
    /// <param name="model">Of the same layers; it stays the caller's.</param>
    public void Restore(LatentModel model) => Weights.Copy(_weights, model.state_dict(), $"The weights do not fit the model {model.Architecture}");

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in _weights.Values)
        {
            tensor.Dispose();
        }
    }
}
