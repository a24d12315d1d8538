using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepClustering.Networks;

/// <summary>A linear layer x Wᵀ + b with Glorot-uniform initial weights and zero biases; it multiplies in mixed precision if training asks for it.</summary>
/// <remarks>Use it in networks of your own: the weights of nn.Linear would not depend on the seed.</remarks>
public sealed class Dense : nn.Module<Tensor, Tensor>
{
    /// <summary>
    /// Up to so many outputs MKL would divide the sum over the batch, in the weights' gradient gᵀ x, among threads, so that its last bits depend
    /// on their number; xᵀ g, which is what the gradient of a batched product is computed as, it divides by its rows.
    /// </summary>
    private const int NarrowLayer = 11;

    private readonly Parameter weight;
    private readonly Parameter bias;

    /// <param name="inputs">Width of x.</param>
    /// <param name="outputs">Width of the result.</param>
    /// <param name="random">The only source of the initial weights, instead of torch's process-wide generator.</param>
    public Dense(int inputs, int outputs, Generator random) : base(nameof(Dense))
    {
        double bound = Math.Sqrt(6.0 / (inputs + outputs));
        weight = Layers.Own(empty(outputs, inputs).uniform_(-bound, bound, random));
        bias = Layers.Own(zeros(outputs));
        RegisterComponents();
    }

    internal Device Device => weight.device;

    /// <summary>
    /// Whether only dense layers read the result, with at most a ReLU between: in mixed precision it then stays in the type of the products,
    /// and the numbers are the same, for they would convert it back without a loss.
    /// </summary>
    internal bool FeedsDense { get; init; }

    /// <summary>Computes x Wᵀ + b.</summary>
    /// <param name="x">(B, inputs), float32.</param>
    /// <returns>(B, outputs), float32, differentiable; the caller disposes it.</returns>
    public override Tensor forward(Tensor x)
    {
        var product = Product(x, weight, bias);
        return FeedsDense ? product : ToFloat32(product);
    }

    /// <summary>Two layers on the same input as one product, which is faster where they are narrow; the caller disposes both results.</summary>
    internal static (Tensor First, Tensor Second) Both(Dense first, Dense second, Tensor x)
    {
        using var scope = NewDisposeScope();
        var product = ToFloat32(Product(x, cat([first.weight, second.weight]), cat([first.bias, second.bias])));
        long width = first.bias.shape[0];
        return (product.narrow(1, 0, width).MoveToOuterDisposeScope(), product.narrow(1, width, second.bias.shape[0]).MoveToOuterDisposeScope());
    }

    /// <summary>x Wᵀ + b in the type of the products; the caller disposes it.</summary>
    private static Tensor Product(Tensor x, Tensor weight, Tensor bias)
    {
        using var scope = NewDisposeScope();
        var type = Autocast.ProductType;
        var product = type != weight.dtype ? nn.functional.linear(x.to_type(type), weight.to_type(type), bias.to_type(type))
            : weight.shape[0] > NarrowLayer ? nn.functional.linear(x, weight, bias)
            : bmm(x.unsqueeze(0), weight.t().unsqueeze(0)).squeeze(0) + bias;
        return product.MoveToOuterDisposeScope();
    }

    private static Tensor ToFloat32(Tensor product)
    {
        if (product.dtype == ScalarType.Float32)
        {
            return product;
        }
        using (product)
        {
            return product.to_type(ScalarType.Float32);
        }
    }

    /// <summary>Makes the result the same for every x: zero weights, constant bias.</summary>
    internal void SetConstant(double value)
    {
        using var guard = no_grad();
        weight.zero_();
        bias.fill_(value);
    }
}
