using DeepClustering.Metrics;

namespace DeepClustering.Training;

/// <summary>Histories of epochs as series for charts.</summary>
public static class Histories
{
    /// <summary>The loss and each of its parts over the epochs, in nats per sample, ready for a chart.</summary>
    /// <param name="history">At least one epoch, all with the same parts.</param>
    /// <returns>"loss" first, then the parts in their order; a loss of one part is not repeated.</returns>
    public static IReadOnlyList<(string Name, IReadOnlyList<double> Values)> Series(this IReadOnlyList<Epoch> history)
    {
        var parts = history.Series([.. history[0].Parts.Keys]);
        return parts.Count == 1 ? parts : [("loss", [.. history.Select(epoch => epoch.Loss)]), .. parts];
    }

    /// <summary>Some parts of the loss over the epochs, in nats per sample, ready for a chart; the epochs may have other parts besides.</summary>
    /// <param name="history">Epochs that all have these parts.</param>
    /// <param name="parts">Their names, in the order of the series.</param>
    /// <exception cref="KeyNotFoundException">An epoch has no such part; the message names it.</exception>
    public static IReadOnlyList<(string Name, IReadOnlyList<double> Values)> Series(this IReadOnlyList<Epoch> history, params IReadOnlyList<string> parts) =>
        [.. parts.Select(part => (part, (IReadOnlyList<double>)[.. history.Select(epoch => epoch.Parts[part])]))];

    /// <summary>The entropies of a VaDE's clustering over the epochs, in nats, ready for a chart.</summary>
    /// <param name="history">At least one epoch, all with diagnostics.</param>
    /// <returns>"H(c)", "H(c|x)" and their difference "I(x; c)".</returns>
    /// <exception cref="ArgumentException">An epoch has no diagnostics: the model is not a VaDE, or the history is an old one.</exception>
    public static IReadOnlyList<(string Name, IReadOnlyList<double> Values)> EntropySeries(this IReadOnlyList<Epoch> history) =>
    [
        history.Column("H(c)", diagnostics => diagnostics.MarginalEntropy),
        history.Column("H(c|x)", diagnostics => diagnostics.ConditionalEntropy),
        history.Column("I(x; c)", diagnostics => diagnostics.MutualInformation),
    ];

    /// <summary>How many of a VaDE's components are in use over the epochs, ready for a chart.</summary>
    /// <returns>"effective components" and "dead components".</returns>
    /// <inheritdoc cref="EntropySeries"/>
    public static IReadOnlyList<(string Name, IReadOnlyList<double> Values)> ComponentSeries(this IReadOnlyList<Epoch> history) =>
    [
        history.Column("effective components", diagnostics => diagnostics.EffectiveComponents),
        history.Column("dead components", diagnostics => diagnostics.DeadComponents),
    ];

    /// <summary>The share of the samples in each of a VaDE's components over the epochs, in [0, 1], ready for a chart.</summary>
    /// <returns>K series, "component 0" first.</returns>
    /// <inheritdoc cref="EntropySeries"/>
    public static IReadOnlyList<(string Name, IReadOnlyList<double> Values)> OccupancySeries(this IReadOnlyList<Epoch> history) =>
        [.. Enumerable.Range(0, Diagnostics(history)[0].Occupancy.Count)
            .Select(c => history.Column($"component {c}", diagnostics => diagnostics.Occupancy[c]))];

    private static (string Name, IReadOnlyList<double> Values) Column(
        this IReadOnlyList<Epoch> history, string name, Func<ClusterDiagnostics, double> value) =>
        (name, [.. Diagnostics(history).Select(value)]);

    private static IReadOnlyList<ClusterDiagnostics> Diagnostics(IReadOnlyList<Epoch> history) => [.. history.Select(epoch => epoch.Diagnostics
        ?? throw new ArgumentException($"Expected epochs with diagnostics, as a VaDE's have; found none in epoch {epoch.Number}.", nameof(history)))];
}
