using DeepClustering.Augmentations;
using DeepClustering.Data;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Augmentations;

public sealed class ElasticTests : IDisposable
{
    private static readonly Affine _still = new();
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Generator _random = new(3);

    public void Dispose()
    {
        _scope.Dispose();
        _random.Dispose();
    }

    /// <summary>Images whose value is the row, or the column, of each pixel: what is read there is where it came from.</summary>
    private static (Tensor Rows, Tensor Columns) Places(int height, int width, int count)
    {
        var rows = arange(height, ScalarType.Float32).unsqueeze(1).expand(height, width);
        var columns = arange(width, ScalarType.Float32).unsqueeze(0).expand(height, width);
        return (rows.reshape(1, -1).repeat(count, 1), columns.reshape(1, -1).repeat(count, 1));
    }

    [Fact]
    public void WithoutDisplacementItIsTheAffineMapAlone()
    {
        var x = rand([7, 28 * 28], generator: _random);
        var affine = new Affine { Rotation = 20, Shift = 2, Stretch = 0.2 };
        using var one = new Generator(5);
        using var other = new Generator(5);
        var shape = new ImageShape(1, 28, 28);
        Assert.True(new Elastic { Displacement = 0, Affine = affine }.Apply(x, shape, one).allclose(affine.Apply(x, shape, other), atol: 1e-6));
    }

    [Theory]
    [InlineData(29, 29)]
    [InlineData(21, 61)]
    public void PointsMoveByTheStandardDeviationInPixelsAlongBothAxes(int height, int width)
    {
        const int count = 4000;
        var elastic = new Elastic { Displacement = 0.8, Points = 3, Affine = _still };
        var (rows, columns) = Places(height, width, count);
        var shape = new ImageShape(1, height, width);
        foreach (var (places, side) in new[] { (rows, height), (columns, width) })
        {
            var moved = (elastic.Apply(places, shape, _random) - places).reshape(count, height, width);
            // The middle pixel is the middle one of the three points; at the border zeros would come in.
            var middle = moved.select(1, height / 2).select(1, width / 2);
            Assert.Equal(0, middle.mean().item<float>(), 0.05);
            Assert.Equal(0.8, middle.std().item<float>(), 0.05);
        }
    }

    [Fact]
    public void NeighborsMoveTogetherAndDistantPixelsByThemselves()
    {
        const int count = 4000, side = 28;
        var (_, columns) = Places(side, side, count);
        var moved = (new Elastic { Displacement = 0.8, Points = 5, Affine = _still }.Apply(columns, new(1, side, side), _random) - columns)
            .reshape(count, side, side);
        double Correlation(int row, int column)
        {
            var (here, there) = (moved.select(1, 14).select(1, 14), moved.select(1, row).select(1, column));
            return ((here - here.mean()) * (there - there.mean())).mean().item<float>() / (here.std() * there.std()).item<float>();
        }
        Assert.InRange(Correlation(14, 15), 0.9, 1);
        Assert.Equal(0, Correlation(14, 26), 0.06);
        Assert.Equal(0, Correlation(2, 14), 0.06);
    }

    [Fact]
    public void AllChannelsMoveTogether()
    {
        var plane = rand([50, 1, 100], generator: _random);
        var moved = new Elastic { Displacement = 1 }.Apply(cat([plane, plane * 0.5], 1).reshape(50, -1), new(2, 10, 10), _random).reshape(50, 2, -1);
        Assert.False(moved.select(1, 0).allclose(plane.squeeze(1)));
        Assert.True((moved.select(1, 0) * 0.5).allclose(moved.select(1, 1), atol: 1e-6));
    }

    [Fact]
    public void RowsThatAreNoImagesAreRefused() =>
        Assert.Contains("Elastic distorts images", Assert.Throws<ArgumentException>(() => new Elastic().Apply(zeros(2, 5), null, _random)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(-1, 5)]
    [InlineData(double.NaN, 5)]
    [InlineData(1, 1)]
    public void OptionsOutOfTheirRangeAreRefused(double displacement, int points) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Elastic { Displacement = displacement, Points = points });
}
