using DeepClustering.Mixtures;
using static TorchSharp.torch;

namespace DeepClustering.Samples;

/// <summary>The Fréchet distance d² between the Gaussian fits of two sets of points (Heusel et al. 2017, eq. 6).</summary>
/// <remarks>
/// d² = |μ₁ − μ₂|² + tr(Σ₁ + Σ₂ − 2 (Σ₁Σ₂)^½), at least 0, lower is closer; it is also the squared 2-Wasserstein distance of the fits.
/// Estimated from few points it comes out too large, so compare only sets of the same size.
/// </remarks>
public static class FrechetDistance
{
    /// <summary>The distance, computed in float64.</summary>
    /// <param name="first">Points, (N, D), float32 or float64, N at least 2.</param>
    /// <param name="second">Points, (M, D), float32 or float64, M at least 2.</param>
    /// <exception cref="ArgumentException">A tensor is none of that or not finite, or the dimensions differ.</exception>
    public static double Between(Tensor first, Tensor second)
    {
        CheckPoints(first, nameof(first));
        CheckPoints(second, nameof(second));
        if (first.shape[1] != second.shape[1])
        {
            throw new ArgumentException($"expected points of {first.shape[1]} dimensions as the first, found {second.shape[1]}.", nameof(second));
        }
        using var scope = NewDisposeScope();
        var (mean1, root1) = Moments(first);
        var (mean2, root2) = Moments(second);
        var means = (mean1 - mean2).square().sum();
        var covariances = root1.square().sum() + root2.square().sum() - 2 * linalg.svdvals(root1.mm(root2.t())).sum();
        return Math.Max(0, (means + covariances).item<double>());     // rounding can fall short of 0
    }

    /// <summary>μ, (D), and an R, (D or fewer, D), with Σ = RᵀR.</summary>
    /// <remarks>
    /// So tr Σ is the sum of R's squares. The eigenvalues of Σ₁Σ₂ = R₁ᵀR₁R₂ᵀR₂ other than 0 are those of R₁R₂ᵀ(R₁R₂ᵀ)ᵀ,
    /// so tr (Σ₁Σ₂)^½ is the sum of the singular values of R₁R₂ᵀ. Roots of the product's eigenvalues would lose half of the digits
    /// where a covariance is singular, as that of a feature that never fires is.
    /// </remarks>
    private static (Tensor Mean, Tensor Root) Moments(Tensor points)
    {
        var x = points.to(float64);
        var mean = x.mean([0]);
        var (_, r) = linalg.qr((x - mean) / Math.Sqrt(x.shape[0] - 1), linalg.QRMode.R);
        return (mean, r);
    }

    private static void CheckPoints(Tensor points, string name)
    {
        PointBlocks.Check(points, least: 1, name);
        if (points.shape[0] < 2)
        {
            throw new ArgumentException("expected at least 2 points, found 1.", name);
        }
    }
}
