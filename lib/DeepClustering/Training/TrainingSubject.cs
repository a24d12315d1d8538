using System.Security.Cryptography;
using System.Text.Json.Serialization;
using DeepClustering.Likelihoods;
using DeepClustering.Models;
using DeepClustering.Networks;
using static TorchSharp.torch;

namespace DeepClustering.Training;

/// <summary>What is trained, on what, and how: a training can only continue with what it started with.</summary>
/// <param name="Model">The model's type.</param>
/// <param name="Architecture">The widths of its layers.</param>
/// <param name="Likelihood">The likelihood p(x|z).</param>
/// <param name="Components">The number of clusters of a VaDE, K; otherwise null.</param>
/// <param name="Seed">The seed of the model's initial weights and noise.</param>
/// <param name="Samples">The number of observations; "Digits" in the file, as earlier versions wrote it.</param>
/// <param name="DataDigest">SHA-256 of their bytes, hexadecimal; "DigitsDigest" in the file.</param>
/// <param name="Options">Epochs, batch size, learning rates, seed …</param>
public sealed record TrainingSubject(
    string Model, Architecture Architecture, ILikelihood Likelihood, int? Components, long Seed,
    [property: JsonPropertyName("Digits")] long Samples, [property: JsonPropertyName("DigitsDigest")] string DataDigest, TrainingOptions Options)
{
    internal static TrainingSubject Of(LatentModel model, Tensor observations, TrainingOptions options)
    {
        using var here = observations.cpu();
        using var bytes = here.contiguous();
        return new(model.GetType().Name, model.Architecture, model.Likelihood, model.Clusters, model.Seed,
            observations.shape[0], Convert.ToHexStringLower(SHA256.HashData(bytes.bytes)), options);
    }
}
