using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace DeepClustering.Training;

/// <summary>Derives the seeds of everything random in a training from one root seed.</summary>
/// <remarks>
/// The seed of a stream is the first eight bytes, little-endian, of the SHA-256 of "root/name" in UTF-8, with the root in decimal. So every
/// stream has its own seed, no two roots share one, and adding a stream changes no other. docs/recipe.md lists the names.
/// </remarks>
public static class RandomStreams
{
    /// <summary>The seed of one stream.</summary>
    /// <param name="root">The training's root seed.</param>
    /// <param name="name">The stream's name, such as "distortions".</param>
    public static long Seed(long root, string name) =>
        BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{root}/{name}"))));
}
