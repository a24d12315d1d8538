using DeepClustering.Training;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Training;

public sealed class FusedAdamTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    /// <summary>Sizes below, at and above the width of a vector, and one that torch shares among threads.</summary>
    private static Parameter[] Parameters(long seed)
    {
        using var random = new Generator((ulong)seed);
        return [.. new long[][] { [1], [16], [3, 7], [180, 190] }.Select(shape => new Parameter(randn(shape, generator: random)))];
    }

    /// <summary>Gradients whose sizes differ by orders of magnitude, now and then exactly zero.</summary>
    private static void SetGradients(IEnumerable<Parameter> parameters, Generator random, int step)
    {
        foreach (var parameter in parameters)
        {
            using var scope = NewDisposeScope();
            var gradient = randn(parameter.shape, generator: random) * exp(3 * randn(parameter.shape, generator: random));
            parameter.grad = step % 10 == 0 ? zeros_like(gradient) : gradient + parameter.detach();
        }
    }

    [Fact]
    public void AThousandStepsAreThoseOfTorchsAdam()
    {
        Parameter[] ours = Parameters(1), theirs = Parameters(1), start = Parameters(1);
        using var adam = new FusedAdam(ours, 1e-3);
        using var reference = optim.Adam(theirs, 1e-3);
        using Generator a = new(2), b = new(2);
        for (int step = 1; step <= 1000; step++)
        {
            SetGradients(ours, a, step);
            SetGradients(theirs, b, step);
            adam.Step();
            reference.step();
        }
        for (int i = 0; i < ours.Length; i++)
        {
            using var moved = (theirs[i] - start[i]).abs().max();
            using var difference = (ours[i] - theirs[i]).abs().max();
            Assert.InRange(moved.item<float>(), 0.01f, 10f);
            Assert.InRange(difference.item<float>(), 0, 2e-5f);
        }
    }

    [Fact]
    public async Task TheGarbageCollectorMayComeAtAnyTime()
    {
        using var done = new CancellationTokenSource();
        var collector = Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        using var parameter = new Parameter(ones(4));
        using var adam = new FusedAdam([parameter], 1e-3);
        parameter.grad = ones(4);
        const int steps = 5000;
        for (int step = 0; step < steps; step++)
        {
            adam.Step();
        }
        await done.CancelAsync();
        await collector;
        // Under a constant gradient every step is as long as the rate.
        Assert.Equal(1 - steps * 1e-3f, parameter[0].item<float>(), 1e-2f);
    }

    [Fact]
    public void StepsFollowTheAlgorithmInDoublePrecision()
    {
        const double rate = 0.05;
        using var parameter = new Parameter(tensor(1.5f).reshape(1));
        using var adam = new FusedAdam([parameter], rate);
        double theta = 1.5, m = 0, v = 0;
        for (int t = 1; t <= 200; t++)
        {
            double g = Math.Cos(t) * Math.Exp(2 * Math.Sin(t / 7.0));
            parameter.grad = tensor((float)g).reshape(1);
            adam.Step();
            m = 0.9 * m + 0.1 * g;
            v = 0.999 * v + 0.001 * g * g;
            theta -= rate * (m / (1 - Math.Pow(0.9, t))) / (Math.Sqrt(v / (1 - Math.Pow(0.999, t))) + 1e-8);
            Assert.Equal(theta, parameter.item<float>(), 1e-5);
        }
    }

    [Fact]
    public void WhatHasNoGradientStays()
    {
        Parameter[] parameters = Parameters(3), start = Parameters(3);
        using var adam = new FusedAdam(parameters, 0.1);
        using var random = new Generator(4);
        SetGradients(parameters[..2], random, 1);
        adam.Step();
        Assert.False(parameters[0].equal(start[0]).all().item<bool>());
        Assert.True(parameters[3].equal(start[3]).all().item<bool>());
        adam.ClearGradients();
        Assert.All(parameters, parameter => Assert.Null(parameter.grad));
        var after = parameters[0].clone();
        adam.Step();
        Assert.True(parameters[0].equal(after).all().item<bool>());
    }

    [Fact]
    public void MomentsOutliveTheScopeTheyWereMadeInAndLeaveNothingBehind()
    {
        var parameters = Parameters(5);
        using var random = new Generator(6);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        FusedAdam adam;
        using (NewDisposeScope())
        {
            adam = new FusedAdam(parameters, 0.1);
        }
        using (NewDisposeScope())
        {
            SetGradients(parameters, random, 1);
            adam.Step();
            adam.Step();
            adam.ClearGradients();
        }
        adam.Dispose();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1e-3)]
    [InlineData(double.NaN)]
    public void ALearningRateThatIsNotPositiveIsRefused(double rate) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new FusedAdam(Parameters(1), rate));
}
