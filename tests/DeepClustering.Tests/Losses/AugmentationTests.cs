using DeepClustering.Losses;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Losses;

public sealed class AugmentationTests : IDisposable
{
    private const int Side = 28;
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Generator _random = new(3);

    public void Dispose()
    {
        _scope.Dispose();
        _random.Dispose();
    }

    /// <summary>A bright disc of radius 3 around (row, column), the same in every image.</summary>
    private static Tensor Disc(double row, double column, int count = 200)
    {
        var place = arange(Side, ScalarType.Float32);
        var distance = (place - row).square().unsqueeze(1) + (place - column).square();
        return (distance < 9).to_type(ScalarType.Float32).reshape(1, -1).repeat(count, 1);
    }

    /// <summary>The centres of gravity, rows and columns in pixels from the middle.</summary>
    private static (Tensor Rows, Tensor Columns) Centres(Tensor images)
    {
        var x = images.reshape(-1, Side, Side);
        var place = arange(Side, ScalarType.Float32) - (Side - 1) / 2.0f;
        var mass = x.sum([1L, 2L]);
        return ((x.sum(2L) * place).sum(1L) / mass, (x.sum(1L) * place).sum(1L) / mass);
    }

    private static (double Least, double Largest) Range(Tensor values) => (values.min().item<float>(), values.max().item<float>());

    [Fact]
    public void NothingAskedForChangesNothing()
    {
        var x = rand([7, Side * Side], generator: _random);
        Assert.True(new Augmentation().Apply(x, _random).allclose(x, atol: 1e-4));
    }

    [Fact]
    public void ShiftsAreUniformToBothSidesAlongBothAxes()
    {
        var (rows, columns) = Centres(new Augmentation { Shift = 4 }.Apply(Disc(13.5, 13.5, 3000), _random));
        foreach (var shift in new[] { rows, columns })
        {
            var (least, largest) = Range(shift);
            Assert.InRange(least, -4.05, -3.9);
            Assert.InRange(largest, 3.9, 4.05);
            Assert.Equal(0, shift.mean().item<float>(), 0.15);
            Assert.Equal(4 / Math.Sqrt(3), shift.std().item<float>(), 0.1);
        }
        Assert.Equal(0, ((rows - rows.mean()) * (columns - columns.mean())).mean().item<float>(), 0.3);
    }

    [Fact]
    public void RotationTurnsAroundTheMiddleByTheAngleAskedFor()
    {
        var (rows, columns) = Centres(new Augmentation { Rotation = 30 }.Apply(Disc(13.5, 23.5, 3000), _random));
        var radius = (rows.square() + columns.square()).sqrt();
        Assert.Equal(10, radius.min().item<float>(), 0.3);
        Assert.Equal(10, radius.max().item<float>(), 0.3);
        var (least, largest) = Range(atan2(rows, columns) * (180 / Math.PI));
        Assert.InRange(least, -31, -29);
        Assert.InRange(largest, 29, 31);
    }

    [Fact]
    public void ScaleMovesFromAndToTheMiddle()
    {
        var (rows, columns) = Centres(new Augmentation { Scale = 0.2 }.Apply(Disc(13.5, 21.5, 3000), _random));
        Assert.Equal(0, rows.abs().max().item<float>(), 0.1);
        var (least, largest) = Range(columns / 8);
        Assert.InRange(least, 0.78, 0.82);
        Assert.InRange(largest, 1.17, 1.22);
    }

    [Fact]
    public void ShearMovesRowsSidewaysInProportionToTheirHeight()
    {
        var (rows, columns) = Centres(new Augmentation { Shear = 0.5 }.Apply(Disc(19.5, 13.5, 3000), _random));
        Assert.Equal(6, rows.mean().item<float>(), 0.2);
        var (least, largest) = Range(columns / 6);
        Assert.InRange(least, -0.53, -0.47);
        Assert.InRange(largest, 0.47, 0.53);
    }

    [Fact]
    public void TheGeneratorAloneDecides()
    {
        var x = Disc(10, 10);
        var strong = new Augmentation { Rotation = 20, Shift = 3, Scale = 0.1, Shear = 0.1 };
        Assert.True(strong.Apply(x, new Generator(5)).equal(strong.Apply(x, new Generator(5))).all().item<bool>());
        Assert.False(strong.Apply(x, new Generator(5)).allclose(strong.Apply(x, new Generator(6))));
    }

    [Fact]
    public void ImagesThatAreNotSquareAreRefused() =>
        Assert.Contains("15 pixels", Assert.Throws<ArgumentException>(() => new Augmentation().Apply(rand(2, 15), _random)).Message);
}
