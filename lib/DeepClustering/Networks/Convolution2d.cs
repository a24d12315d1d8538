using System.Numerics;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepClustering.Networks;

/// <summary>A convolution with Glorot-uniform initial weights and zero biases; a side of s becomes ⌈s / stride⌉.</summary>
/// <remarks>
/// On AMD's Zen 5 the float32 convolutions of libtorch 2.10 (oneDNN) are wrong, NaN among their results and gradients, for most numbers of channels
/// that are no powers of two. So channels are filled up with zeros to a power of two, at least 16; the one to three of an image may stay as they are.
/// </remarks>
internal sealed class Convolution2d : nn.Module<Tensor, Tensor>
{
    /// <summary>The default side of the kernel.</summary>
    public const int DefaultSide = 5;

    private readonly Parameter weight;
    private readonly Parameter bias;
    /// <summary>Channels that need no filling up: those of images.</summary>
    private const int FewChannels = 3;

    private readonly long _stride;
    private readonly long _padding;

    /// <param name="inputs">Channels of x.</param>
    /// <param name="outputs">Channels of the result.</param>
    /// <param name="random">The only source of the initial weights; nn.Conv2d would draw from torch's process-wide generator.</param>
    /// <param name="side">Side of the kernel; odd.</param>
    /// <param name="stride">1 keeps height and width, 2 halves them.</param>
    public Convolution2d(int inputs, int outputs, Generator random, int side = DefaultSide, int stride = 2) : base(nameof(Convolution2d))
    {
        double bound = Math.Sqrt(6.0 / ((inputs + outputs) * side * side));
        weight = Layers.Own(empty(outputs, inputs, side, side).uniform_(-bound, bound, random));
        bias = Layers.Own(zeros(outputs));
        (_stride, _padding) = (stride, side / 2);
        RegisterComponents();
    }

    /// <param name="x">(B, C, H, W).</param>
    /// <returns>(B, C', ⌈H / stride⌉, ⌈W / stride⌉); the caller owns it.</returns>
    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        long outputs = weight.shape[0], moreOutputs = Missing(outputs), moreInputs = weight.shape[1] <= FewChannels ? 0 : Missing(weight.shape[1]);
        var full = nn.functional.conv2d(
            nn.functional.pad(x, [0, 0, 0, 0, 0, moreInputs]), nn.functional.pad(weight, [0, 0, 0, 0, 0, moreInputs, 0, moreOutputs]),
            nn.functional.pad(bias, [0, moreOutputs]), strides: [_stride, _stride], padding: [_padding, _padding]);
        return full.narrow(1, 0, outputs).MoveToOuterDisposeScope();
    }

    private static long Missing(long channels) => Math.Max(16, (long)BitOperations.RoundUpToPowerOf2((ulong)channels)) - channels;
}
