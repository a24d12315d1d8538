using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepClustering.Networks;

/// <summary>The building blocks of encoder, decoder and prior.</summary>
internal static class Layers
{
    /// <summary>Dense layers of the given widths, each but the input followed by a ReLU.</summary>
    /// <param name="widths">The input's width, then the layers'.</param>
    /// <param name="random">Alone decides the initial weights.</param>
    /// <param name="feedsDense">Whether the last layer's result, too, goes to dense layers alone (<see cref="Dense.FeedsDense"/>).</param>
    public static Sequential ReluStack(IReadOnlyList<int> widths, Generator random, bool feedsDense = false) =>
        nn.Sequential(Enumerable.Range(1, widths.Count - 1).SelectMany(i => new (string, nn.Module<Tensor, Tensor>)[]
        {
            ($"dense{i}", new Dense(widths[i - 1], widths[i], random) { FeedsDense = feedsDense || i < widths.Count - 1 }),
            ($"relu{i}", nn.ReLU(inplace: true)),
        }));

    /// <summary>A parameter that lives as long as its module, whatever dispose scope it was made in.</summary>
    public static Parameter Own(Tensor value) => (Parameter)new Parameter(value).DetachFromDisposeScope();
}
