using DeepClustering.Training;
using Xunit;

namespace DeepClustering.Tests.Training;

public sealed class SuccessiveHalvingTests
{
    [Fact]
    public void HalfAreLeftAfterEachRoundAndRoundsGrowTwiceAsLong()
    {
        var budgets = new Dictionary<int, List<int>>();
        int best = SuccessiveHalving.Choose([5, 3, 8, 1, 9], 2, (candidate, budget) =>
        {
            budgets.TryAdd(candidate, []);
            budgets[candidate].Add(budget);
        }, candidate => candidate);
        Assert.Equal(1, best);
        Assert.Equal([[2, 4], [2, 4, 8], [2], [2, 4, 8], [2]], new[] { 5, 3, 8, 1, 9 }.Select(candidate => budgets[candidate]));
    }

    [Fact]
    public void WhatLooksWorseAtFirstIsChosenIfItIsBetterLater()
    {
        double Loss((string Name, int Given) candidate) => candidate.Name == "late" ? 10 - candidate.Given : 8.5;
        var given = new Dictionary<string, int>();
        string chosen = SuccessiveHalving.Choose(["early", "late", "bad"], 1, (name, budget) => given[name] = budget,
            name => name == "bad" ? 20 : Loss((name, given[name])));
        Assert.Equal("late", chosen);
    }

    [Fact]
    public void TheOnlyOneIsNotTrainedAndNoneIsRefused()
    {
        Assert.Equal("a", SuccessiveHalving.Choose(["a"], 1, (_, _) => Assert.Fail("trained"), _ => 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => SuccessiveHalving.Choose(Array.Empty<string>(), 1, (_, _) => { }, _ => 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => SuccessiveHalving.Choose(["a", "b"], 0, (_, _) => { }, _ => 0));
    }
}
