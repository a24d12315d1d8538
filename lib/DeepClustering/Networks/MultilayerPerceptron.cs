using DeepClustering.Data;
using static TorchSharp.torch;

namespace DeepClustering.Networks;

/// <summary>Dense layers with ReLUs between them: by default D_x-500-500-2000-10 and its mirror (Jiang et al. 2017, section 4.2).</summary>
public sealed record MultilayerPerceptron : Architecture
{
    private const int ManyRows = 10_000;

    /// <summary>Widths of the encoder's hidden layers, from the observations inwards; the decoder mirrors them. Range: each at least 1.</summary>
    public IReadOnlyList<int> HiddenWidths
    {
        get;
        init => field = Require.EachAtLeast(1, value, nameof(HiddenWidths));
    } = [500, 500, 2000];

    /// <summary>The layers for data of which nothing more is known.</summary>
    /// <param name="data">What is to be encoded.</param>
    /// <returns>The study's widths, or 200-200-800 for fewer than 10,000 rows that are no images: as good there, and some six times as fast.</returns>
    public static MultilayerPerceptron For(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var full = new MultilayerPerceptron { InputSize = data.InputSize, Shape = data.Shape };
        return data.Shape is null && data.Count < ManyRows ? full with { HiddenWidths = [200, 200, 800] } : full;
    }

    /// <inheritdoc/>
    protected internal override double LeastWeights
    {
        get
        {
            int[] widths = [InputSize, .. HiddenWidths, LatentSize];
            return 2 * widths.Zip(widths.Skip(1), (inputs, outputs) => (double)inputs * outputs).Sum();
        }
    }

    /// <inheritdoc/>
    public override (nn.Module<Tensor, Tensor> Layers, int Width) EncoderLayers(Generator random)
    {
        int[] widths = [InputSize, .. HiddenWidths];
        return (Layers.ReluStack(widths, random), widths[^1]);
    }

    /// <inheritdoc/>
    public override nn.Module<Tensor, Tensor> DecoderLayers(int outputsPerFeature, Generator random)
    {
        int[] widths = [LatentSize, .. HiddenWidths.Reverse()];
        return new DenseDecoder(widths, InputSize * outputsPerFeature, random);
    }

    /// <summary>The widths joined by hyphens, such as 64-500-500-2000-10.</summary>
    public override string ToString() => string.Join('-', [InputSize, .. HiddenWidths, LatentSize]);
}
