using DeepClustering.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepClustering.Samples;

/// <summary>A 5 × 5 convolution that halves height and width, with Glorot-uniform weights and zero biases at the start.</summary>
internal sealed class Convolution : nn.Module<Tensor, Tensor>
{
    private const int Side = 5;

    private readonly Parameter weight;
    private readonly Parameter bias;

    /// <param name="inputs">Channels of x.</param>
    /// <param name="outputs">Channels of the result.</param>
    /// <param name="random">Alone decides the start; nn.Conv2d would draw from torch's process-wide generator.</param>
    public Convolution(int inputs, int outputs, Generator random) : base(nameof(Convolution))
    {
        double bound = Math.Sqrt(6.0 / ((inputs + outputs) * Side * Side));
        weight = Layers.Own(empty(outputs, inputs, Side, Side).uniform_(-bound, bound, random));
        bias = Layers.Own(zeros(outputs));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) =>
        nn.functional.conv2d(x, weight, bias, strides: [2, 2], padding: [Side / 2, Side / 2]);
}
