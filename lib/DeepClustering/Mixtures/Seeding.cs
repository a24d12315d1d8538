namespace DeepClustering.Mixtures;

/// <summary>.NET's random numbers, which take 32-bit seeds, from a 64-bit seed.</summary>
internal static class Seeding
{
    /// <summary>A seed that fits an int is used as it is, so that earlier results stay the same; the halves of larger ones are mixed.</summary>
    public static Random Random(long seed) => new((int)seed == seed ? (int)seed : HashOf((ulong)seed));

    /// <summary>The finalizer of SplitMix64 (Steele, Lea and Flood 2014), its upper half: every bit of the seed counts.</summary>
    private static int HashOf(ulong bits)
    {
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return (int)((bits ^ (bits >> 31)) >> 32);
    }
}
