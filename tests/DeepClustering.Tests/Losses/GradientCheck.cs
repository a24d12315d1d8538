using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Losses;

internal static class GradientCheck
{
    /// <summary>Compares autograd with central differences, entry by entry, in float64.</summary>
    public static void Run(Func<Tensor[], Tensor> function, Tensor[] variables, double step = 1e-5, double tolerance = 1e-6)
    {
        using var scope = NewDisposeScope();
        Tensor[] leaves = [.. variables.Select(v => v.detach().clone().requires_grad_())];
        function(leaves).backward();
        for (int i = 0; i < variables.Length; i++)
        {
            double[] gradient = leaves[i].grad!.reshape(-1).data<double>().ToArray();
            for (int entry = 0; entry < gradient.Length; entry++)
            {
                double At(double change)
                {
                    Tensor[] moved = [.. variables.Select(v => v.detach().clone())];
                    moved[i].view(-1)[entry] += change;
                    return function(moved).item<double>();
                }
                double difference = (At(step) - At(-step)) / (2 * step);
                Assert.True(Math.Abs(difference - gradient[entry]) <= tolerance * (1 + Math.Abs(difference)),
                    $"variable {i}, entry {entry}: gradient {gradient[entry]}, finite difference {difference}");
            }
        }
    }
}
