using System.Runtime.Intrinsics.X86;
using static TorchSharp.torch;

namespace DeepClustering.Networks;

/// <summary>Mixed precision on the CPU, like Python's torch.autocast, which TorchSharp lacks: within its scope, dense layers multiply in another type.</summary>
internal sealed class Autocast : IDisposable
{
    [ThreadStatic]
    private static Precision _precision;

    private readonly Precision _before = _precision;

    /// <summary>Applies to this thread until disposed.</summary>
    public Autocast(Precision precision) => _precision = precision;

    /// <summary>The precision in which dense layers multiply now.</summary>
    public static ScalarType ProductType => _precision == Precision.Mixed ? ScalarType.BFloat16 : ScalarType.Float32;

    /// <summary>The given precision, or full precision if the processor would have to emulate it.</summary>
    public static Precision Supported(Precision precision) => HasBFloat16() ? precision : Precision.Full;

    /// <inheritdoc/>
    public void Dispose() => _precision = _before;

    private static bool HasBFloat16()
    {
        const int features = 7, avx512BF16 = 1 << 5;
        return Avx512F.IsSupported && X86Base.CpuId(features, 0).Eax >= 1 && (X86Base.CpuId(features, 1).Eax & avx512BF16) != 0;
    }
}
