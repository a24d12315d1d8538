using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DeepClustering.Mixtures;

/// <summary>Sums of squares in vector registers: what distances of many points are made of.</summary>
internal static class VectorSquares
{
    /// <summary>sum + x² of each element, rounded once where the processor multiplies and adds in one instruction, else twice.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Add<T>(Vector512<T> sum, Vector512<T> x)
        where T : unmanaged => typeof(T) == typeof(float)
            ? Vector512.MultiplyAddEstimate(x.AsSingle(), x.AsSingle(), sum.AsSingle()).As<float, T>()
            : Vector512.MultiplyAddEstimate(x.AsDouble(), x.AsDouble(), sum.AsDouble()).As<double, T>();
}
