using System.Security.Cryptography;
using DeepClustering.Likelihoods;
using DeepClustering.Models;
using DeepClustering.Networks;
using static TorchSharp.torch;

namespace DeepClustering.Training;

/// <summary>What is trained, on what, and how: a training can only go on with what it began with.</summary>
/// <param name="Model">The model's type.</param>
/// <param name="Architecture">The widths of its layers.</param>
/// <param name="Likelihood">p(x|z).</param>
/// <param name="Components">Clusters of a VaDE, K; otherwise null.</param>
/// <param name="Seed">What decided the model's initial weights and its noise.</param>
/// <param name="Digits">How many are trained on.</param>
/// <param name="DigitsDigest">SHA-256 of their bytes, hexadecimal.</param>
/// <param name="Options">Epochs, batch size, learning rates, seed …</param>
public sealed record TrainingSubject(
    string Model, Architecture Architecture, ILikelihood Likelihood, int? Components, long Seed, long Digits, string DigitsDigest, TrainingOptions Options)
{
    internal static TrainingSubject Of(LatentModel model, Tensor digits, TrainingOptions options)
    {
        using var bytes = digits.contiguous();
        return new(model.GetType().Name, model.Architecture, model.Likelihood, model.Clusters, model.Seed,
            digits.shape[0], Convert.ToHexStringLower(SHA256.HashData(bytes.bytes)), options);
    }
}
