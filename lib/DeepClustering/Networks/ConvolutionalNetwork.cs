using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using DeepClustering.Data;
using static TorchSharp.torch;

namespace DeepClustering.Networks;

/// <summary>
/// For images of any side and any number of channels. Encoder: for each of <see cref="Channels"/> a 5 × 5 convolution of stride 2 and a
/// ReLU, then the two linear layers. Decoder: a linear layer and a ReLU, then for each step back an enlargement to the side that the
/// encoder had there (nearest neighbour, which leaves no chequered pattern as transposed convolutions do: Odena et al. 2016), a 3 × 3
/// convolution and a ReLU, the last without.
/// </summary>
/// <remarks>All have biases, 0 at the start, and Glorot-uniform weights.</remarks>
public sealed record ConvolutionalNetwork : Architecture
{
    private const int DecoderSide = 3;

    /// <param name="shape">What the observations are images of.</param>
    [SetsRequiredMembers]
    [JsonConstructor]
    public ConvolutionalNetwork(ImageShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        (Shape, InputSize) = (shape, shape.Size);
    }

    /// <summary>Channels after each of the encoder's convolutions, each of which halves height and width; the decoder mirrors them. Range: at least one, each at least 1.</summary>
    public IReadOnlyList<int> Channels
    {
        get;
        init => field = value is { Count: 0 } ? throw new ArgumentOutOfRangeException(nameof(Channels), "Expected at least one convolution; found none.")
            : Require.EachAtLeast(1, value, nameof(Channels));
    } = [32, 64, 128];

    /// <inheritdoc/>
    protected internal override double LeastWeights
    {
        get
        {
            int[] channels = [Shape!.Channels, .. Channels];
            return (Convolution2d.DefaultSide * Convolution2d.DefaultSide + DecoderSide * DecoderSide) * channels.Zip(channels.Skip(1), (inputs, outputs) => (double)inputs * outputs).Sum();
        }
    }

    /// <inheritdoc/>
    public override (nn.Module<Tensor, Tensor> Layers, int Width) EncoderLayers(Generator random)
    {
        ArgumentNullException.ThrowIfNull(Shape);
        int[] channels = [Shape.Channels, .. Channels];
        var layers = new List<(string, nn.Module<Tensor, Tensor>)> { ("image", nn.Unflatten(1, [Shape.Channels, Shape.Height, Shape.Width])) };
        for (int i = 1; i < channels.Length; i++)
        {
            layers.Add(($"convolution{i}", new Convolution2d(channels[i - 1], channels[i], random)));
            layers.Add(($"relu{i}", nn.ReLU(inplace: true)));
        }
        layers.Add(("flatten", nn.Flatten()));
        var (height, width) = Sides()[^1];
        return (nn.Sequential(layers), checked(Channels[^1] * height * width));
    }

    /// <inheritdoc/>
    public override nn.Module<Tensor, Tensor> DecoderLayers(int outputsPerFeature, Generator random)
    {
        int[] channels = [Shape!.Channels * outputsPerFeature, .. Channels];
        var sides = Sides();
        var (height, width) = sides[^1];
        var layers = new List<(string, nn.Module<Tensor, Tensor>)>
        {
            ("dense", new Dense(LatentSize, checked(channels[^1] * height * width), random)),
            ("relu", nn.ReLU(inplace: true)),
            ("image", nn.Unflatten(1, [channels[^1], height, width])),
        };
        for (int i = channels.Length - 1; i > 0; i--)
        {
            layers.Add(($"enlarge{i}", nn.Upsample([sides[i - 1].Height, sides[i - 1].Width])));
            layers.Add(($"convolution{i}", new Convolution2d(channels[i], channels[i - 1], random, DecoderSide, stride: 1)));
            if (i > 1)
            {
                layers.Add(($"relu{i}", nn.ReLU(inplace: true)));
            }
        }
        layers.Add(("flatten", nn.Flatten()));
        return nn.Sequential(layers);
    }

    /// <summary>Shape, channels and latent size in a row, such as 28 × 28-32-64-128-10.</summary>
    public override string ToString() => $"{Shape}-{string.Join('-', [.. Channels, LatentSize])}";

    /// <summary>Height and width before and after each of the encoder's convolutions.</summary>
    private List<(int Height, int Width)> Sides()
    {
        List<(int Height, int Width)> sides = [(Shape!.Height, Shape.Width)];
        foreach (int _ in Channels)
        {
            sides.Add(((sides[^1].Height + 1) / 2, (sides[^1].Width + 1) / 2));
        }
        return sides;
    }
}
