namespace DeepClustering.Mixtures;

/// <summary>.NET's random numbers from a long seed, of which they take 32 bits.</summary>
internal static class Seeding
{
    /// <summary>The generator of an int's own seed for seeds that are one, so that their results stay; the others' halves are mixed.</summary>
    public static Random Random(long seed) => new((int)seed == seed ? (int)seed : HashOf((ulong)seed));

    /// <summary>The finalizer of SplitMix64 (Steele, Lea and Flood 2014), its upper half: every bit of the seed counts.</summary>
    private static int HashOf(ulong bits)
    {
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return (int)((bits ^ (bits >> 31)) >> 32);
    }
}
