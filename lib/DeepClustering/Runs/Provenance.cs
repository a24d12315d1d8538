using System.Runtime.InteropServices;
using DeepClustering.Data;
using static TorchSharp.torch;

namespace DeepClustering.Runs;

/// <summary>What a figure came from besides its options: data and machine.</summary>
/// <param name="Data">Name of the data set.</param>
/// <param name="Digits">Number of digits.</param>
/// <param name="DataDigest">SHA-256 of pixels and labels, hexadecimal.</param>
/// <param name="Library">Version of this library.</param>
/// <param name="TorchSharp">Version of TorchSharp.</param>
/// <param name="Runtime">.NET's name and version.</param>
/// <param name="System">Operating system and processor architecture.</param>
/// <param name="Threads">Threads torch computed with.</param>
public sealed record Provenance(
    string Data, int Digits, string DataDigest, string Library, string TorchSharp, string Runtime, string System, int Threads)
{
    /// <summary>The provenance of what is computed on these digits in this process.</summary>
    /// <param name="digits">The data.</param>
    public static Provenance Of(Dataset digits) => new(
        digits.Name, digits.Count, digits.Digest,
        VersionOf(typeof(Provenance)), VersionOf(typeof(global::TorchSharp.torch)),
        RuntimeInformation.FrameworkDescription,
        $"{RuntimeInformation.OSDescription} {RuntimeInformation.ProcessArchitecture}",
        get_num_threads());

    private static string VersionOf(Type type) => type.Assembly.GetName().Version?.ToString(3) ?? "unknown";
}
