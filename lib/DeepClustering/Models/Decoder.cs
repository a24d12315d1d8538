using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepClustering.Models;

/// <summary>p(x|z): latent codes to logits, one a pixel; their sigmoid is the expected intensity.</summary>
public sealed class Decoder : nn.Module<Tensor, Tensor>
{
    private readonly Sequential hidden;
    private readonly Dense logits;

    internal Decoder(Architecture architecture, Generator random) : base(nameof(Decoder))
    {
        int[] widths = [architecture.LatentSize, .. architecture.HiddenWidths.Reverse()];
        hidden = Layers.ReluStack(widths, random);
        logits = new Dense(widths[^1], architecture.PixelCount, random);
        RegisterComponents();
    }

    /// <summary>The logits of every pixel.</summary>
    /// <param name="z">Latent codes, (B, D).</param>
    /// <returns>(B, D_x); the caller disposes it.</returns>
    public override Tensor forward(Tensor z)
    {
        using var features = hidden.forward(z);              // (B, 500)
        return logits.forward(features);
    }
}
