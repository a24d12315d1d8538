using DeepClustering.Augmentations;
using DeepClustering.Data;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Augmentations;

public sealed class AffineTests : IDisposable
{
    private const int Side = 28;
    private static readonly ImageShape _shape = new(1, Side, Side);
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
        Assert.True(new Affine().Apply(x, _shape, _random).allclose(x, atol: 1e-4));
    }

    [Fact]
    public void ShiftsAreUniformToBothSidesAlongBothAxes()
    {
        var (rows, columns) = Centres(new Affine { Shift = 4 }.Apply(Disc(13.5, 13.5, 3000), _shape, _random));
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
        var (rows, columns) = Centres(new Affine { Rotation = 30 }.Apply(Disc(13.5, 23.5, 3000), _shape, _random));
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
        var (rows, columns) = Centres(new Affine { Scale = 0.2 }.Apply(Disc(13.5, 21.5, 3000), _shape, _random));
        Assert.Equal(0, rows.abs().max().item<float>(), 0.1);
        var (least, largest) = Range(columns / 8);
        Assert.InRange(least, 0.78, 0.82);
        Assert.InRange(largest, 1.17, 1.22);
    }

    [Fact]
    public void StretchChangesWidthAndHeightEachByItself()
    {
        var (rows, columns) = Centres(new Affine { Stretch = 0.2 }.Apply(Disc(21.5, 21.5, 3000), _shape, _random));
        foreach (var factor in new[] { rows / 8, columns / 8 })
        {
            var (least, largest) = Range(factor);
            Assert.InRange(least, 0.78, 0.82);
            Assert.InRange(largest, 1.17, 1.22);
            Assert.Equal(1, factor.mean().item<float>(), 0.02);
        }
        var (wider, higher) = (columns - columns.mean(), rows - rows.mean());
        Assert.Equal(0, ((wider * higher).mean() / (wider.square().mean() * higher.square().mean()).sqrt()).item<float>(), 0.06);
    }

    [Fact]
    public void ShearMovesRowsSidewaysInProportionToTheirHeight()
    {
        var (rows, columns) = Centres(new Affine { Shear = 0.5 }.Apply(Disc(19.5, 13.5, 3000), _shape, _random));
        Assert.Equal(6, rows.mean().item<float>(), 0.2);
        var (least, largest) = Range(columns / 6);
        Assert.InRange(least, -0.53, -0.47);
        Assert.InRange(largest, 0.47, 0.53);
    }

    [Fact]
    public void TheGeneratorAloneDecides()
    {
        var x = Disc(10, 10);
        var strong = new Affine { Rotation = 20, Shift = 3, Scale = 0.1, Shear = 0.1 };
        Assert.True(strong.Apply(x, _shape, new Generator(5)).equal(strong.Apply(x, _shape, new Generator(5))).all().item<bool>());
        Assert.False(strong.Apply(x, _shape, new Generator(5)).allclose(strong.Apply(x, _shape, new Generator(6))));
    }

    [Fact]
    public void AllChannelsMoveTogether()
    {
        var planes = Disc(13.5, 17.5).reshape(200, 1, Side * Side);
        var colour = cat([planes, planes * 0.5, zeros_like(planes)], 1).reshape(200, -1);
        var moved = new Affine { Rotation = 30, Shift = 2, Scale = 0.1, Shear = 0.1 }
            .Apply(colour, new(3, Side, Side), _random).reshape(200, 3, -1);
        Assert.False(moved.select(1, 0).allclose(planes.squeeze(1)));
        Assert.True((moved.select(1, 0) * 0.5).allclose(moved.select(1, 1), atol: 1e-6));
        Assert.Equal(0, moved.select(1, 2).abs().max().item<float>());
    }

    [Fact]
    public void InOblongImagesDiscsStayDiscsAndShiftsAreInPixels()
    {
        // 14 rows of 40: a disc 10 pixels right of the middle goes around it on a circle, which is an ellipse in sides.
        const int height = 14, width = 40, count = 500;
        var rows = arange(height, ScalarType.Float32) - (height - 1) / 2f;
        var columns = arange(width, ScalarType.Float32) - (width - 1) / 2f;
        var disc = ((rows.square().unsqueeze(1) + (columns - 10).square()) < 9).to_type(ScalarType.Float32).reshape(1, -1).repeat(count, 1);
        (Tensor Row, Tensor Column) Centre(Affine affine)
        {
            var x = affine.Apply(disc, new(1, height, width), _random).reshape(count, height, width);
            var mass = x.sum([1L, 2L]);
            return ((x.sum(2L) * rows).sum(1L) / mass, (x.sum(1L) * columns).sum(1L) / mass);
        }
        var (row, column) = Centre(new Affine { Rotation = 15 });
        var radius = (row.square() + column.square()).sqrt();
        Assert.Equal(10, radius.min().item<float>(), 0.2);
        Assert.Equal(10, radius.max().item<float>(), 0.2);
        Assert.Equal(10 * Math.Sin(15 * Math.PI / 180), row.max().item<float>(), 0.1);
        (row, column) = Centre(new Affine { Shift = 3 });
        Assert.Equal(3, row.max().item<float>(), 0.1);
        Assert.Equal(13, column.max().item<float>(), 0.1);
    }

    [Fact]
    public void NothingThatIsNoImageIsTurned()
    {
        // 36 values might be a picture of 6 × 6; only a shape says so
        string message = Assert.Throws<ArgumentException>(() => new Affine { Rotation = 10 }.Apply(rand(2, 36), null, _random)).Message;
        Assert.Contains("rows of 36 values", message, StringComparison.Ordinal);
        message = Assert.Throws<ArgumentException>(() => new Affine { Rotation = 10 }.Apply(rand(2, 36), new(1, 5, 7), _random)).Message;
        Assert.Contains("no images of 5 × 7", message, StringComparison.Ordinal);
    }
}
