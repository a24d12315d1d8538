using TorchSharp;
using Xunit;

namespace DeepClustering.Tests.Platform;

public sealed class NativeLibraryTests
{
    [Fact]
    public void TorchLoadsAndMultiplies()
    {
        using var scope = torch.NewDisposeScope();
        var a = torch.tensor(new[] { 1.0, 2.0, 3.0, 4.0 }).reshape(2, 2);
        Assert.Equal([7.0, 10.0, 15.0, 22.0], a.mm(a).data<double>().ToArray());
    }
}
