using DeepClustering.Training;
using Xunit;

namespace DeepClustering.Tests.Training;

public sealed class HistoriesTests
{
    private static readonly Epoch _plain = new(1, 2, 3.5, new Dictionary<string, double> { ["reconstruction"] = 3, ["KL(z)"] = 0.5 }, 1.5, null);

    private static readonly Epoch[] _history =
    [
        _plain with { Diagnostics = new([0.25, 0.75, 0], Math.Log(2), 0.5) },
        _plain with { Number = 2, Accuracy = 0.75, Diagnostics = new([0.5, 0.25, 0.25], Math.Log(3), 0.25) },
    ];

    [Fact]
    public void PartsByColumn()
    {
        var series = _history.Series("KL(z)");
        Assert.Equal("KL(z)", Assert.Single(series).Name);
        Assert.Equal([0.5, 0.5], series[0].Values);
        Assert.Equal(["loss", "reconstruction", "KL(z)"], _history.Series().Select(line => line.Name));
        Assert.Contains("consistency", Assert.Throws<KeyNotFoundException>(() => _history.Series("consistency")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EntropiesByColumn()
    {
        var series = _history.EntropySeries();
        Assert.Equal(["H(c)", "H(c|x)", "I(x; c)"], series.Select(line => line.Name));
        Assert.Equal([Math.Log(2), Math.Log(3)], series[0].Values);
        Assert.Equal([0.5, 0.25], series[1].Values);
        Assert.Equal([Math.Log(2) - 0.5, Math.Log(3) - 0.25], series[2].Values);
    }

    [Fact]
    public void ComponentsByColumn()
    {
        var series = _history.ComponentSeries();
        Assert.Equal(["effective components", "dead components"], series.Select(line => line.Name));
        Assert.Equal(2, series[0].Values[0], 5e-15);
        Assert.Equal([1, 0], series[1].Values);
    }

    [Fact]
    public void OccupancyByComponent()
    {
        var series = _history.OccupancySeries();
        Assert.Equal(["component 0", "component 1", "component 2"], series.Select(line => line.Name));
        Assert.Equal([[0.25, 0.5], [0.75, 0.25], [0, 0.25]], series.Select(line => line.Values));
    }

    [Fact]
    public void AHistoryWithoutDiagnosticsIsRefused()
    {
        Epoch[] older = [_history[0], _plain with { Number = 2 }];
        Assert.Contains("none in epoch 2", Assert.Throws<ArgumentException>("history", () => older.EntropySeries()).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("history", () => older.ComponentSeries());
        Assert.Throws<ArgumentException>("history", () => older.OccupancySeries());
    }

    [Fact]
    public void ALogLineMentionsDeadComponentsOnlyWhereThereAreSome()
    {
        Assert.Equal("epoch   1/2  loss 3.50  (reconstruction 3.00, KL(z) 0.50)  1.5 s", _plain.ToString());
        Assert.Equal($"{_plain}  1 of 3 components dead", _history[0].ToString());
        Assert.Equal("epoch   2/2  loss 3.50  (reconstruction 3.00, KL(z) 0.50)  1.5 s  accuracy 0.7500", _history[1].ToString());
    }
}
