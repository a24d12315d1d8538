namespace DeepClustering.Training;

/// <summary>A history of epochs, seen by column.</summary>
public static class Histories
{
    /// <summary>The loss and each of its parts over the epochs, in nats per digit, ready for a chart.</summary>
    /// <param name="history">At least one epoch, all with the same parts.</param>
    /// <returns>"loss" first, then the parts in their order; a loss of one part is not repeated.</returns>
    public static IReadOnlyList<(string Name, IReadOnlyList<double> Values)> Series(this IReadOnlyList<Epoch> history)
    {
        string[] parts = [.. history[0].Parts.Keys];
        var columns = parts.Select(part => (part, (IReadOnlyList<double>)[.. history.Select(epoch => epoch.Parts[part])]));
        return parts.Length == 1 ? [.. columns] : [("loss", [.. history.Select(epoch => epoch.Loss)]), .. columns];
    }
}
