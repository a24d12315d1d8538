using DeepClustering.Augmentations;
using DeepClustering.Data;
using DeepClustering.Training;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Training;

public sealed class DistortionsTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    /// <summary>Images that are bright in the middle and, up to their border, as bright as said.</summary>
    private static Tensor Framed(int side, int frame, double brightness)
    {
        var images = full(3, 1, side, side, brightness);
        images.narrow(2, frame, side - 2 * frame).narrow(3, frame, side - 2 * frame).fill_(1);
        return images.reshape(3, -1);
    }

    [Theory]
    [InlineData(28, 4, 0, "wide", 3)]
    [InlineData(28, 4, 0.5, "stretching", 1)]
    [InlineData(56, 8, 0, "wide", 6)]
    [InlineData(56, 5, 0, "stretching", 2)]
    [InlineData(8, 1, 0, "wide", 6.0 / 7)]
    public void StrokesWithRoomAroundThemAreDistortedWidelyAndWhatFillsItsFrameIsStretched(int side, int frame, double brightness, string name, double shift)
    {
        var (chosen, why) = Distortions.For(Framed(side, frame, brightness), new ImageShape(1, side, side));
        Assert.Equal(name, chosen.Name);
        var affine = chosen.Augmentation is Elastic elastic ? elastic.Affine : Assert.IsType<Affine>(chosen.Augmentation);
        Assert.Equal(shift, affine.Shift, 1e-9);
        Assert.Equal(shift, Assert.IsType<Affine>(chosen.Corruption).Shift, 1e-9);
        Assert.Equal(name == "wide", chosen.Augmentation is Elastic { Displacement: var bent } && Math.Abs(bent - (side / 28.0 * 1.5)) < 1e-9);
        Assert.Contains(name, why, StringComparison.Ordinal);
    }

    [Fact]
    public void BlackImagesAndImagesOfAFewPixelsAreNoError()
    {
        Assert.Equal("wide", Distortions.For(zeros(5, 784), new ImageShape(1, 28, 28)).Chosen.Name);
        Assert.Equal("stretching", Distortions.For(ones(5, 4), new ImageShape(1, 2, 2)).Chosen.Name);
    }

    [Fact]
    public void RowsThatAreNoImagesAreMasked() =>
        Assert.IsType<FeatureMasking>(Distortions.For(ones(5, 4), null).Chosen.Augmentation);
}
