using static TorchSharp.torch;

namespace DeepClustering.Storage;

/// <summary>Copies named tensors into a module's or optimizer's own.</summary>
internal static class Weights
{
    /// <summary>Copies every value.</summary>
    /// <param name="stored">What was read.</param>
    /// <param name="own">What takes the values: as many, of the same names and shapes.</param>
    /// <param name="otherwise">The beginning of the error's message.</param>
    /// <exception cref="InvalidDataException">A name or a shape differs, or a value is NaN or infinite; nothing was copied.</exception>
    public static void Copy(IReadOnlyDictionary<string, Tensor> stored, IReadOnlyDictionary<string, Tensor> own, string otherwise)
    {
        string[] differing = [.. own.Keys.Union(stored.Keys).Where(name =>
            !own.TryGetValue(name, out var a) || !stored.TryGetValue(name, out var b) || !a.shape.SequenceEqual(b.shape))];
        if (differing.Length > 0)
        {
            throw new InvalidDataException($"{otherwise}: {string.Join(", ", differing)}.");
        }
        if (NotFinite(stored) is { } broken)
        {
            throw new InvalidDataException($"{otherwise}: {broken} holds NaN or infinity.");
        }
        using var guard = no_grad();
        foreach (var (name, value) in own)
        {
            value.copy_(stored[name]);
        }
    }

    /// <summary>The name of the first tensor that holds NaN or infinity, or null.</summary>
    public static string? NotFinite(IEnumerable<KeyValuePair<string, Tensor>> tensors)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        return tensors.Where(entry => !entry.Value.isfinite().all().item<bool>()).Select(entry => entry.Key).FirstOrDefault();
    }
}
