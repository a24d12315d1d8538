using TorchSharp;
using Xunit;

namespace DeepClustering.Charts.Tests;

internal static class Numbers
{
    public static void Close(IReadOnlyList<double> expected, IReadOnlyList<double> actual, double tolerance = 1e-10)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected[i], actual[i], tolerance);
        }
    }

    // Of another name, because arrays convert to tensors.
    public static void CloseTensor(IReadOnlyList<double> expected, torch.Tensor actual, double tolerance = 1e-10) =>
        Close(expected, actual.to(torch.float64).contiguous().data<double>().ToArray(), tolerance);
}
