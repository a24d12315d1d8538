using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace DeepClustering.Training;

/// <summary>The seeds of all that is random in a training, from one root.</summary>
/// <remarks>
/// The seed of a stream is the first eight bytes, little end first, of SHA-256 of "root/name" in UTF-8, the root in decimal digits. So every
/// stream has a seed of its own, no two seeds share one, and adding a stream changes no other. docs/recipe.md lists the names.
/// </remarks>
public static class RandomStreams
{
    /// <summary>The seed of one stream.</summary>
    /// <param name="root">The training's own seed.</param>
    /// <param name="name">What is drawn from it, such as "distortions".</param>
    public static long Seed(long root, string name) =>
        BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{root}/{name}"))));
}
