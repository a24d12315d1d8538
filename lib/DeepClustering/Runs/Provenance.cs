using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using DeepClustering.Data;
using static TorchSharp.torch;

namespace DeepClustering.Runs;

/// <summary>Where a run's figures come from, apart from its options: data, versions and machine.</summary>
/// <param name="Data">Name of the data set.</param>
/// <param name="Samples">N, the number of samples; "Digits" in the file, as earlier versions wrote it.</param>
/// <param name="DataDigest">SHA-256 of values and labels, hexadecimal.</param>
/// <param name="Library">Version of this library.</param>
/// <param name="TorchSharp">Version of TorchSharp.</param>
/// <param name="Runtime">.NET's name and version.</param>
/// <param name="System">Operating system and processor architecture.</param>
/// <param name="Threads">Threads torch computed with.</param>
public sealed record Provenance(
    string Data, [property: JsonPropertyName("Digits")] int Samples, string DataDigest, string Library, string TorchSharp, string Runtime, string System, int Threads)
{
    /// <summary>The provenance of what is computed on some data in this process.</summary>
    /// <param name="data">The data.</param>
    public static Provenance Of(Dataset data) => new(
        data.Name, data.Count, data.Digest,
        VersionOf(typeof(Provenance)), VersionOf(typeof(global::TorchSharp.torch)),
        RuntimeInformation.FrameworkDescription,
        $"{RuntimeInformation.OSDescription} {RuntimeInformation.ProcessArchitecture}",
        get_num_threads());

    private static string VersionOf(Type type) => type.Assembly.GetName().Version?.ToString(3) ?? "unknown";
}
