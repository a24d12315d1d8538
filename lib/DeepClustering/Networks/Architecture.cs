using System.Text.Json.Serialization;
using DeepClustering.Data;
using DeepClustering.Naming;
using static TorchSharp.torch;

namespace DeepClustering.Networks;

/// <summary>A model's sizes, and how its encoder and decoder are made. It holds no weights and is stored in a run's record.</summary>
/// <remarks>
/// To add a network to the library, write a type and add a line here, which lets run records name it; register one of your own
/// with <see cref="NamedTypes.Register{TKind, TOwn}"/>.
/// </remarks>
[JsonConverter(typeof(NamedTypeConverter<Architecture>))]
[NamedType(typeof(MultilayerPerceptron), IsDefault = true)]
[NamedType(typeof(ConvolutionalNetwork))]
public abstract record Architecture
{
    /// <summary>Values of one observation, D_x. Range: at least 1.</summary>
    [JsonPropertyName("PixelCount")]
    public required int InputSize
    {
        get;
        init => field = Require.AtLeastOne(value, nameof(InputSize));
    }

    /// <summary>Dimensions of the latent space, D. Range: at least 1.</summary>
    public int LatentSize
    {
        get;
        init => field = Require.AtLeastOne(value, nameof(LatentSize));
    } = 10;

    /// <summary>The image shape of an observation; null for vectors, which are never distorted as images.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImageShape? Shape { get; init; }

    /// <summary>Throws if the image shape does not match the observations' size: of either alone, nothing says which is wrong.</summary>
    internal void RequireShapeToFit()
    {
        if (Shape is not null && Shape.Size != InputSize)
        {
            throw new ArgumentException($"Images of {Shape} have {Shape.Size} values, the observations {InputSize}.", nameof(Shape));
        }
    }

    /// <summary>The encoder's layers from x, (B, D_x), to features, (B, F); two linear layers from F to D make μ and log σ² of them.</summary>
    /// <param name="random">Alone decides the initial weights.</param>
    /// <returns>New layers, and F; the model takes them over.</returns>
    public abstract (nn.Module<Tensor, Tensor> Layers, int Width) EncoderLayers(Generator random);

    /// <summary>The decoder, from z, (B, D), to the likelihood's parameters, (B, P · D_x): all features' first outputs, then their second ones.</summary>
    /// <param name="outputsPerFeature">P, as the likelihood asks.</param>
    /// <param name="random">Alone decides the initial weights.</param>
    /// <returns>New layers; the model takes them over.</returns>
    public abstract nn.Module<Tensor, Tensor> DecoderLayers(int outputsPerFeature, Generator random);

    /// <summary>A lower bound on the number of weights, so that a file too short for them is refused before anything is allocated; 0 if unknown.</summary>
    protected internal virtual double LeastWeights => 0;
}
