using System.Globalization;
using static TorchSharp.torch;

namespace DeepClustering.Data;

/// <summary>log(1 + x), for counts and other numbers from 0 on that spread over orders of magnitude.</summary>
internal sealed record LogScaling : Scaling
{
    private protected override Tensor Forward(Tensor rows) => rows.to(float32, copy: true).log1p_();

    private protected override Tensor Backward(Tensor scaled) => scaled.to(float32, copy: true).expm1_();

    private protected override void Require(Tensor rows, string argument)
    {
        base.Require(rows, argument);
        using var scope = NewDisposeScope();
        if (rows.numel() > 0 && rows.min().to(float64).item<double>() is var least && !(least >= 0))
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"log(1 + x) needs values from 0 on, found {least:G6}."), argument);
        }
    }
}
