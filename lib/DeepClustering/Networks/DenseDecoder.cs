using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepClustering.Networks;

/// <summary>Dense layers with ReLUs between them, the last without.</summary>
internal sealed class DenseDecoder : nn.Module<Tensor, Tensor>
{
    private readonly Sequential hidden;
    private readonly Dense logits;

    /// <param name="widths">The widths from the latent code to the last hidden layer.</param>
    /// <param name="outputs">The width of the last layer.</param>
    /// <param name="random">The only source of the initial weights.</param>
    public DenseDecoder(IReadOnlyList<int> widths, int outputs, Generator random) : base(nameof(DenseDecoder))
    {
        hidden = Layers.ReluStack(widths, random, feedsDense: true);
        logits = new Dense(widths[^1], outputs, random);
        RegisterComponents();
    }

    public override Tensor forward(Tensor z)
    {
        using var features = hidden.forward(z);              // (B, F)
        return logits.forward(features);
    }
}
