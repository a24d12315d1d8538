using System.Runtime.CompilerServices;
using DeepClustering.Devices;
using DeepClustering.Likelihoods;
using DeepClustering.Losses;
using DeepClustering.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace DeepClustering.Models;

/// <summary>What the three models share: an encoder, a decoder, and a loss to train them with.</summary>
/// <remarks>A model owns its layers and its random generator; dispose it when done.</remarks>
public abstract class LatentModel : nn.Module
{
    /// <summary>Observations encoded or decoded at a time when no gradient is needed.</summary>
    private const int EvaluationBatch = 1000;

    internal readonly Encoder encoder;
    internal readonly nn.Module<Tensor, Tensor> decoder;

    private protected LatentModel(string name, Architecture architecture, ILikelihood likelihood, long seed) : base(name)
    {
        architecture.RequireShapeToFit();
        Architecture = architecture;
        Likelihood = likelihood;
        Seed = seed;
        Random = new Generator((ulong)seed);
        encoder = new Encoder(architecture, likelihood, Random);
        decoder = architecture.DecoderLayers(likelihood.OutputsPerFeature, Random);
    }

    /// <summary>The layers, and the sizes of observations and latent codes.</summary>
    public Architecture Architecture { get; }

    /// <summary>p(x|z), given the decoder's output.</summary>
    public ILikelihood Likelihood { get; }

    /// <summary>Where the weights are and the model computes: <see cref="ComputeDevice.Default"/>, until it is moved by <c>to</c>.</summary>
    public Device Device => encoder.Device;

    /// <summary>The seed of the initial weights and the noise.</summary>
    public long Seed { get; }

    /// <summary>The source of the initial weights and of every ε; owned by the model.</summary>
    internal Generator Random { get; }

    /// <summary>Registers the layers that the constructors made, and moves the model to its device.</summary>
    private protected void Complete()
    {
        RegisterComponents();
        this.to(ComputeDevice.Default);
    }

    /// <summary>The loss that training minimises, averaged over a batch.</summary>
    /// <param name="x">Observations in model units, (B, D_x), float32.</param>
    /// <returns>The loss and its parts; the caller disposes their tensors (a dispose scope does).</returns>
    public abstract Loss Loss(Tensor x);

    /// <summary>The loss of a batch as training prepares it.</summary>
    internal virtual Loss Loss(TrainingBatch batch) => Loss(batch.X);

    /// <summary>Whether the model can be trained to restore an original from a distorted input.</summary>
    internal virtual bool RestoresWhatItSees => false;

    /// <summary>The number of clusters, K; null for a model without clusters.</summary>
    internal virtual int? Clusters => null;

    /// <summary>The responsibilities γ of observations, (N, K), or null for a model without clusters; the caller disposes them.</summary>
    internal virtual Tensor? ClusterResponsibilities(Tensor x) => null;

    /// <summary>Puts a learnable prior where the ELBO of observations, (N, D_x), is largest, all else as it is; nothing for a model without one.</summary>
    internal virtual void FitPrior(Tensor x)
    {
    }

    /// <summary>The latent means μ of observations, without gradients.</summary>
    /// <param name="x">Observations (N, D_x): bytes, or floats in the likelihood's support.</param>
    /// <returns>(N, D), float32; the caller disposes it.</returns>
    public Tensor Encode(Tensor x) => InBatches(x, batch => encoder.Mean(Observations(batch)));

    /// <summary>The expected observations of latent codes, without gradients.</summary>
    /// <param name="z">Latent codes, (N, D).</param>
    /// <returns>(N, D_x) in model units; the caller disposes it.</returns>
    public Tensor Decode(Tensor z) => InBatches(z, batch => Likelihood.Mean(decoder.forward(batch.to(Device))));

    /// <summary>Reconstructs observations from their latent means, without gradients.</summary>
    /// <param name="x">Observations (N, D_x): bytes, or floats in the likelihood's support.</param>
    /// <returns>(N, D_x) in model units; the caller disposes it.</returns>
    public Tensor Reconstruct(Tensor x)
    {
        using var z = Encode(x);
        return Decode(z);
    }

    /// <summary>Converts bytes to intensities in [0, 1].</summary>
    /// <param name="values">Bytes 0 to 255, or floats, which stay as they are.</param>
    /// <returns>float32 of the same shape; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The values are neither, or one is NaN or infinite.</exception>
    public static Tensor Intensities(Tensor values)
    {
        if (values.dtype != ScalarType.Byte)
        {
            RequireFloats(values, nameof(values));
            Support.Real.Require(values, "a model", nameof(values));
        }
        return ToUnits(values, Support.UnitInterval, values.device);
    }

    /// <summary>Observations as the likelihood is defined on them: bytes / 255 (or as they are, where it is of counts), and floats as they are.</summary>
    /// <param name="x">(N, D_x), bytes or floats; integers of other types would be cut off or wrap around somewhere.</param>
    /// <returns>float32 of the same shape; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The values are neither, of another width, or outside the likelihood's support; the message says what was found.</exception>
    internal Tensor Observations(Tensor x)
    {
        Require(x, nameof(x));
        return Trusted(x);
    }

    /// <summary>Throws unless these are observations that the likelihood is defined on.</summary>
    internal void Require(Tensor x, string argument)
    {
        if (x.dim() != 2 || x.shape[1] != Architecture.InputSize)
        {
            throw new ArgumentException($"expected observations (N, {Architecture.InputSize}), found ({string.Join(", ", x.shape)}).", argument);
        }
        if (x.dtype != ScalarType.Byte)
        {
            RequireFloats(x, argument);
            Likelihood.Support.Require(x, Likelihood.GetType().Name, argument);
        }
    }

    /// <summary><see cref="Observations"/> for values that have already passed <see cref="Require"/>.</summary>
    internal Tensor Trusted(Tensor x) => ToUnits(x, Likelihood.Support, Device);

    private static void RequireFloats(Tensor x, string argument)
    {
        if (x.dtype is not (ScalarType.Float32 or ScalarType.Float64))
        {
            throw new ArgumentException($"expected bytes (uint8) or floats, found {x.dtype}.", argument);
        }
    }

    // Moved before the conversion: bytes are a quarter of the size of the floats they become.
    private static Tensor ToUnits(Tensor x, Support support, Device device)
    {
        using var moved = x.to(device);
        return moved.dtype switch
        {
            ScalarType.Byte when support != Support.Count => moved.to_type(ScalarType.Float32).div_(255f),
            ScalarType.Float32 => moved.alias(),
            _ => moved.to_type(ScalarType.Float32),
        };
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Random.Dispose();
        }
        base.Dispose(disposing);
    }

    /// <summary>Applies a step to the rows, some at a time, without gradients.</summary>
    /// <returns>The concatenated results, on the processor, where mixtures, metrics and charts compute; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">There are no rows.</exception>
    internal static Tensor InBatches(Tensor rows, Func<Tensor, Tensor> step, [CallerArgumentExpression(nameof(rows))] string? argument = null)
    {
        if (rows.dim() == 0 || rows.shape[0] == 0)
        {
            throw new ArgumentException($"expected at least one row, found ({string.Join(", ", rows.shape)}).", argument);
        }
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var parts = new List<Tensor>();
        for (long start = 0; start < rows.shape[0]; start += EvaluationBatch)
        {
            using var batch = NewDisposeScope();
            parts.Add(step(rows.narrow(0, start, Math.Min(EvaluationBatch, rows.shape[0] - start))).cpu().MoveToOuterDisposeScope());
        }
        return cat(parts).MoveToOuterDisposeScope();
    }
}
