using static TorchSharp.torch;

namespace DeepClustering.Data;

/// <summary>Values as they are, for counts with a likelihood of counts, or data that come scaled.</summary>
internal sealed record NoScaling : Scaling
{
    private protected override Tensor Forward(Tensor rows) => rows.to(float32, copy: true);

    private protected override Tensor Backward(Tensor scaled) => scaled.to(float32, copy: true);
}
