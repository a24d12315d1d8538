using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepClustering.Models;

/// <summary>Layers whose start depends on a generator alone, not on torch's process-wide seed.</summary>
internal static class Layers
{
    /// <summary>A linear layer with Glorot-uniform weights and zero biases.</summary>
    public static Linear Dense(int inputs, int outputs, Generator random)
    {
        var layer = nn.Linear(inputs, outputs);
        double bound = Math.Sqrt(6.0 / (inputs + outputs));
        using var guard = no_grad();
        layer.weight.uniform_(-bound, bound, random);
        layer.bias!.zero_();
        return layer;
    }

    /// <summary>Dense layers of the given widths, each but the input followed by a ReLU.</summary>
    public static Sequential ReluStack(IReadOnlyList<int> widths, Generator random) =>
        nn.Sequential(Enumerable.Range(1, widths.Count - 1).SelectMany(i => new (string, nn.Module<Tensor, Tensor>)[]
        {
            ($"dense{i}", Dense(widths[i - 1], widths[i], random)),
            ($"relu{i}", nn.ReLU()),
        }));
}
