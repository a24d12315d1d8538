using static TorchSharp.torch;

namespace DeepClustering.Data;

/// <summary>Bytes / 255, in [0, 1].</summary>
internal sealed record ByteScaling : Scaling
{
    private protected override Tensor Forward(Tensor rows) => rows.to_type(ScalarType.Float32).div_(255f);

    private protected override Tensor Backward(Tensor scaled) => scaled.to(float32, copy: true).mul_(255f);

    private protected override void Require(Tensor rows, string argument)
    {
        base.Require(rows, argument);
        if (rows.dtype != ScalarType.Byte)
        {
            throw new ArgumentException($"expected bytes (uint8), found {rows.dtype}.", argument);
        }
    }
}
