using static TorchSharp.torch;

namespace DeepClustering.Devices;

/// <summary>Random numbers that a seed decides alone: drawn on the processor, then moved, so that they are the same on every device.</summary>
public static class Draws
{
    /// <summary>Independent draws from N(0, 1).</summary>
    /// <param name="random">The source, a generator of the processor; it stays the caller's.</param>
    /// <param name="like">What the result has the shape, dtype and device of; it stays the caller's.</param>
    /// <returns>Of the shape, dtype and device of <paramref name="like"/>, without gradients; the caller disposes it.</returns>
    public static Tensor NormalLike(this Generator random, Tensor like) => random.Normal(like.shape, like.dtype, like.device);

    /// <summary>Independent draws from the uniform distribution on [0, 1).</summary>
    /// <param name="random">The source, a generator of the processor; it stays the caller's.</param>
    /// <param name="like">What the result has the shape, dtype and device of; it stays the caller's.</param>
    /// <returns>Of the shape, dtype and device of <paramref name="like"/>, without gradients; the caller disposes it.</returns>
    public static Tensor UniformLike(this Generator random, Tensor like) => random.Uniform(like.shape, like.dtype, like.device);

    /// <summary>Independent draws from N(0, 1).</summary>
    internal static Tensor Normal(this Generator random, long[] shape, ScalarType type, Device device)
    {
        using var drawn = randn(shape, type, generator: random);
        return drawn.to(device);
    }

    /// <summary>Independent draws from the uniform distribution on [0, 1).</summary>
    internal static Tensor Uniform(this Generator random, long[] shape, ScalarType type, Device device)
    {
        using var drawn = rand(shape, type, generator: random);
        return drawn.to(device);
    }
}
