using CsCheck;

namespace DeepClustering.Tests.Metrics;

/// <summary>Random labellings for properties.</summary>
internal static class LabellingGen
{
    /// <summary>Two labellings of the same 1 to 60 points, up to 7 different labels each.</summary>
    public static readonly Gen<(int[] Classes, int[] Clusters)> Pair =
        Gen.Select(Gen.Int[1, 60], Gen.Int[1, 7], Gen.Int[1, 7])
            .SelectMany(size => Gen.Select(Gen.Int[0, size.Item2 - 1].Array[size.Item1], Gen.Int[0, size.Item3 - 1].Array[size.Item1]));

    /// <summary>Other names for the labels 0 to 6.</summary>
    public static readonly Gen<int[]> Names = Gen.Int[-1000, 1000].ArrayUnique[7];

    public static int[] Rename(int[] labels, int[] names) => Array.ConvertAll(labels, label => names[label]);

    /// <summary>The same points in another order, with other names for their clusters.</summary>
    public static (int[] Classes, int[] Clusters) Disguise(int[] classes, int[] clusters, int[] names, int seed)
    {
        var (shuffledClasses, shuffledClusters) = (classes.ToArray(), Rename(clusters, names));
        new Random(seed).Shuffle(shuffledClasses);
        new Random(seed).Shuffle(shuffledClusters);
        return (shuffledClasses, shuffledClusters);
    }
}
