using System.Globalization;
using DeepClustering.Data;
using DeepClustering.Models;
using static TorchSharp.torch;

namespace DeepClustering.Runs;

/// <summary>Assigns new rows to the clusters of a trained model.</summary>
internal static class NewRows
{
    /// <summary>Converts rows to the model units of a run.</summary>
    /// <returns>(N, D), float32; the caller disposes it.</returns>
    /// <exception cref="InvalidDataException">They are of another width, shape or kind, or have other columns; the message names it.</exception>
    public static Tensor Of(Run run, Dataset data)
    {
        string place = $"'{data.Name}' does not fit {run.Folder ?? "the run"}";
        if (run.Architecture.Shape is { } shape && data.Shape is { } found && found != shape)
        {
            throw new InvalidDataException($"{place}: it holds images of {found}, expected {shape}.");
        }
        int[]? order = Order(run.Columns, data, place);
        if (data.InputSize != run.Architecture.InputSize)
        {
            throw new InvalidDataException($"{place}: its rows have {data.InputSize} values, expected {run.Architecture.InputSize}.");
        }
        // Of a table with as many columns as an image has values nothing else says that it holds no pictures.
        if (run.Architecture.Shape is { } images && run.Columns.Count == 0 && data.Shape is null && data.Columns.Count > 0)
        {
            throw new InvalidDataException($"{place}: it holds a table of {data.InputSize} columns, expected images of {images}, as bytes.");
        }
        using var values = data.ToTensor();
        using var columns = order is null ? values.alias() : values.index_select(1, tensor(order.Select(i => (long)i).ToArray()));
        try
        {
            return (run.Scaling ?? Scaling.Bytes).Apply(columns);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"{place}: {e.Message}", e);
        }
    }

    /// <summary>Cluster, responsibilities and unusualness of each row.</summary>
    /// <param name="model">It stays the caller's.</param>
    /// <param name="rows">As the model sees them; they stay the caller's.</param>
    /// <param name="names">N names; null numbers them.</param>
    /// <param name="trainingBounds">In ascending order; may be empty.</param>
    public static IReadOnlyList<Assignment> Assign(Vade model, Tensor rows, IReadOnlyList<string>? names, IReadOnlyList<float> trainingBounds)
    {
        using var scope = NewDisposeScope();
        var responsibilities = model.Responsibilities(rows).cpu();
        int[] clusters = Vade.MostResponsible(responsibilities);
        float[][] shares = [.. responsibilities.data<float>().ToArray().Chunk((int)responsibilities.shape[1])];
        float[] distances = Distances(model, rows, clusters);
        float[] bounds = model.NegativeBounds(rows).cpu().data<float>().ToArray();
        float[] sorted = [.. trainingBounds];
        return [.. clusters.Select((cluster, row) => new Assignment(
            names?[row] ?? (row + 1).ToString(CultureInfo.InvariantCulture), cluster, [.. shares[row]], distances[row], bounds[row], ShareBelow(sorted, bounds[row])))];
    }

    private static float[] Distances(Vade model, Tensor rows, int[] clusters)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var own = tensor(clusters.Select(cluster => (long)cluster).ToArray(), device: model.Prior.Means.device);
        Tensor means = model.Prior.Means.index_select(0, own), logVariances = model.Prior.LogVariances.index_select(0, own);
        return (model.Encode(rows) - means).square().mul(exp(-logVariances)).sum(1).sqrt().cpu().data<float>().ToArray();
    }

    /// <summary>The negative bounds of the rows that a model was trained on, lowest first.</summary>
    public static float[] Bounds(Vade model, Scaling scaling, Dataset training)
    {
        using var scope = NewDisposeScope();
        float[] bounds = model.NegativeBounds(scaling.Apply(training.ToTensor())).cpu().data<float>().ToArray();
        Array.Sort(bounds);
        return bounds;
    }

    /// <summary>Where each of the run's columns stands in the data; null where they stand in the run's order.</summary>
    private static int[]? Order(IReadOnlyList<string> expected, Dataset data, string place)
    {
        if (expected.Count == 0 || data.Columns.SequenceEqual(expected))
        {
            return null;
        }
        string[] missing = [.. expected.Except(data.Columns)], unknown = [.. data.Columns.Except(expected)];
        if (missing.Length + unknown.Length == 0)
        {
            var places = data.Columns.Select((name, place) => (name, place)).ToDictionary(column => column.name, column => column.place);
            return [.. expected.Select(name => places[name])];
        }
        string[] faults = [
            .. missing.Length > 0 ? [$"it has no {Named(missing)}"] : Array.Empty<string>(),
            .. unknown.Length > 0 ? [$"it has {Named(unknown)}, which the run does not know: leave out what is none of its values"] : Array.Empty<string>(),
        ];
        throw new InvalidDataException($"{place}: {string.Join("; ", faults)}.");
    }

    private static string Named(string[] columns)
    {
        const int most = 5;
        string names = string.Join(", ", columns.Take(most).Select(name => $"'{name}'"));
        return $"{(columns.Length == 1 ? "column" : "columns")} {names}{(columns.Length > most ? $" and {columns.Length - most} more" : "")}";
    }

    private static double? ShareBelow(float[] sorted, float bound)
    {
        if (sorted.Length == 0)
        {
            return null;
        }
        // Linear search would do, but for many rows: the first that is not below.
        int low = 0, high = sorted.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = sorted[middle] < bound ? (middle + 1, high) : (low, middle);
        }
        return (double)low / sorted.Length;
    }
}
