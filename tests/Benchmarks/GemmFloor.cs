using DeepClustering.Models;
using static TorchSharp.torch;

namespace Benchmarks;

/// <summary>The matrix products of a training step and nothing else: for each layer x Wᵀ, gᵀ x and, but for the first, g W.</summary>
/// <remarks>No bias, activation, loss, optimizer or gradient graph; what a step takes above this is not arithmetic of the layers.</remarks>
internal sealed class GemmFloor : IDisposable
{
    private readonly List<(Tensor X, Tensor W, Tensor G)> _layers;

    /// <param name="model">Whose layers; every matrix among its parameters that is not the mixture's.</param>
    /// <param name="batchSize">Rows of x.</param>
    /// <param name="type">Type of all operands.</param>
    public GemmFloor(LatentModel model, int batchSize, ScalarType type)
    {
        using var random = new Generator(1);
        Tensor Normal(params long[] shape) => randn(shape, generator: random).to_type(type);
        _layers = [.. from parameter in model.named_parameters()
                      where parameter.name.EndsWith(".weight", StringComparison.Ordinal)
                      let shape = parameter.parameter.shape
                      select (Normal(batchSize, shape[1]), Normal(shape), Normal(batchSize, shape[0]))];
    }

    /// <summary>Floating-point operations of a run.</summary>
    public double Operations => _layers.Select((layer, i) => 2.0 * layer.X.numel() * layer.W.shape[0] * (i == 0 ? 2 : 3)).Sum();

    public void Run()
    {
        using var guard = no_grad();
        foreach (var (x, w, _) in _layers)
        {
            using var forward = x.mm(w.t());
        }
        for (int i = _layers.Count - 1; i >= 0; i--)
        {
            var (x, w, g) = _layers[i];
            using var weightGradient = g.t().mm(x);
            using var inputGradient = i == 0 ? null : g.mm(w);
        }
    }

    public void Dispose()
    {
        foreach (var (x, w, g) in _layers)
        {
            x.Dispose();
            w.Dispose();
            g.Dispose();
        }
    }
}
