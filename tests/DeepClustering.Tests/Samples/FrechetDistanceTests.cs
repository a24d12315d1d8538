using CsCheck;
using DeepClustering.Samples;
using DeepClustering.Tests.Mixtures;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Samples;

public sealed class FrechetDistanceTests : IDisposable
{
    private static readonly Gen<(int N, int D, ulong Seed)> _sizes =
        Gen.Select(Gen.Int[2, 40], Gen.Int[1, 12], Gen.Int[0, 10_000], (n, d, seed) => (n, d, (ulong)seed));

    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    private static Tensor Rotation(int d, Generator random)
    {
        var (q, _) = linalg.qr(randn([d, d], float64, generator: random));
        return q;
    }

    /// <summary>Points of mean 0 and covariance I, both exactly.</summary>
    private static Tensor WhitePoints(int d, Generator random)
    {
        int n = d + 9;
        var x = randn([n, d], float64, generator: random);
        var (q, _) = linalg.qr(x - x.mean([0]));
        return q * Math.Sqrt(n - 1);
    }

    // Also with fewer points than dimensions, where the covariances are singular.
    private static void ForPairs(Action<Tensor, Tensor, Generator> property) => _sizes.Sample(size =>
    {
        using var scope = NewDisposeScope();
        using var random = new Generator(size.Seed);
        var mixing = randn([size.D, size.D], float64, generator: random);
        var first = randn([size.N, size.D], float64, generator: random);
        var second = randn([size.N + 3, size.D], float64, generator: random).mm(mixing) + 1;
        property(first, second, random);
    }, iter: 100, threads: 1);

    [Fact]
    public void EqualSetsAreAtZero() =>
        ForPairs((first, _, _) => Near.Equal(0, FrechetDistance.Between(first, first.flip(0)), 1e-12));

    [Fact]
    public void AShiftCostsItsSquare() => ForPairs((first, _, random) =>
    {
        var shift = randn([first.shape[1]], float64, generator: random);
        Near.Equal(shift.square().sum().item<double>(), FrechetDistance.Between(first, first + shift), 1e-11);
    });

    [Fact]
    public void CommutingCovariancesDifferByTheRootsOfTheirEigenvalues() => ForPairs((points, _, random) =>
    {
        int d = (int)points.shape[1];
        Tensor axes = Rotation(d, random), a = rand([d], float64, generator: random), b = rand([d], float64, generator: random) * 9;
        Tensor first = WhitePoints(d, random).mul(a.sqrt()).mm(axes), second = WhitePoints(d, random).mul(b.sqrt()).mm(axes);
        Near.Equal((a.sqrt() - b.sqrt()).square().sum().item<double>(), FrechetDistance.Between(first, second), 1e-12);
    });

    // Σ₁ = aaᵀ and Σ₂ = bbᵀ do not commute, are as singular as can be, and tr (Σ₁Σ₂)^½ = |aᵀb|.
    [Fact]
    public void CovariancesOfRankOneHaveAClosedForm() => ForPairs((points, _, random) =>
    {
        int d = (int)points.shape[1];
        Tensor a = randn([d], float64, generator: random), b = randn([d], float64, generator: random);
        Tensor first = outer(WhitePoints(1, random).squeeze(1), a), second = outer(WhitePoints(1, random).squeeze(1), b);
        double expected = (a.square().sum() + b.square().sum() - 2 * (a * b).sum().abs()).item<double>();
        Near.Equal(expected, FrechetDistance.Between(first, second), 1e-12);
    });

    // scipy 1.10.1, numpy 1.24.2: r = RandomState(0); X = r.randint(-9, 10, (7, 4)); Y = r.randint(-9, 10, (6, 4)); m = X.mean(0) - Y.mean(0);
    // A = cov(X.T); B = cov(Y.T); m @ m + trace(A + B - 2 * scipy.linalg.sqrtm(A @ B).real). A and B do not commute.
    [Fact]
    public void TheFitsOfRandomPointsAreAsFarApartAsScipySays()
    {
        var x = tensor(new double[] { 3, 6, -9, -6, -6, -2, 0, 9, -5, -3, 3, -8, -3, -2, 5, 8, -4, 4, -1, 0, 7, -4, 6, 6, -9, 9, -6, 8 }).reshape(7, 4);
        var y = tensor(new double[] { 5, -2, -9, -8, 0, -9, 1, -6, 2, 9, -7, -9, -9, -5, -4, -3, -1, 8, 6, -5, 0, 1, -8, -8 }).reshape(6, 4);
        Near.Equal(163.39418247001362, FrechetDistance.Between(x, y), 1e-12);
    }

    [Fact]
    public void SymmetricNotNegativeAndIndependentOfOrderOriginAndAxes() => ForPairs((first, second, random) =>
    {
        double distance = FrechetDistance.Between(first, second);
        int d = (int)first.shape[1];
        Tensor rotation = Rotation(d, random), origin = 10 * randn([d], float64, generator: random);
        Assert.InRange(distance, 0, double.MaxValue);
        Near.Equal(distance, FrechetDistance.Between(second, first), 1e-10);
        Near.Equal(distance, FrechetDistance.Between(first.flip(0), second.roll(1, 0)), 1e-10);
        Near.Equal(distance, FrechetDistance.Between(first.mm(rotation) + origin, second.mm(rotation) + origin), 1e-9);
    });

    [Fact]
    public void GrowsWithTheSquareOfTheUnit() => ForPairs((first, second, _) =>
        Near.Equal(9 * FrechetDistance.Between(first, second), FrechetDistance.Between(3 * first, 3 * second), 1e-10));

    [Fact]
    public void ItsRootKeepsTheTriangleInequality() => ForPairs((first, second, random) =>
    {
        double Root(Tensor a, Tensor b) => Math.Sqrt(FrechetDistance.Between(a, b));
        var third = randn([7, first.shape[1]], float64, generator: random) * 2 - 1;
        Assert.True(Root(first, second) <= Root(first, third) + Root(third, second) + 1e-9);
    });

    [Fact]
    public void BadPointsAreNamed()
    {
        static ArgumentException Refused(Tensor first, Tensor second) => Assert.Throws<ArgumentException>(() => FrechetDistance.Between(first, second));
        var good = rand(5, 3);
        Assert.Equal("first", Refused(rand(1, 3), good).ParamName);
        Assert.Contains("at least 2 points, found 1", Refused(good, rand(1, 3)).Message, StringComparison.Ordinal);
        Assert.Equal("second", Refused(good, rand(5)).ParamName);
        Assert.Equal("second", Refused(good, good / 0).ParamName);
        Assert.Contains("3 dimensions as the first, found 4", Refused(good, rand(5, 4)).Message, StringComparison.Ordinal);
    }
}
