using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepClustering.Networks;

/// <summary>A convolution with Glorot-uniform initial weights and zero biases; a side of s becomes ⌈s / stride⌉.</summary>
internal sealed class Convolution2d : nn.Module<Tensor, Tensor>
{
    /// <summary>The default side of the kernel.</summary>
    public const int DefaultSide = 5;

    private readonly Parameter weight;
    private readonly Parameter bias;
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

    public override Tensor forward(Tensor x) =>
        nn.functional.conv2d(x, weight, bias, strides: [_stride, _stride], padding: [_padding, _padding]);
}
