using DeepClustering.Data;
using DeepClustering.Likelihoods;

namespace DeepClustering.Training;

/// <summary>One of the library's likelihoods by name, with the scaling that brings data into its support.</summary>
/// <param name="Likelihood">The likelihood p(x|z).</param>
/// <param name="Scaling">The scaling, fitted to the data.</param>
public sealed record LikelihoodChoice(ILikelihood Likelihood, Scaling Scaling)
{
    private static readonly string[] _names =
        [nameof(Bernoulli), nameof(ContinuousBernoulli), nameof(Gaussian), nameof(HeteroscedasticGaussian), nameof(Poisson)];

    /// <summary>Finds a likelihood by name and fits its scaling.</summary>
    /// <param name="name">The name, in upper or lower case; empty takes <see cref="Scaling.SuitedTo"/>, with Bernoulli if that gives values in [0, 1], else a Gaussian with variance 1.</param>
    /// <param name="data">The data that the scaling is fitted to.</param>
    /// <exception cref="ArgumentException">There is no such likelihood (the message lists the available ones), or the data do not suit it, such as negative values for counts.</exception>
    public static LikelihoodChoice Named(string name, Dataset data)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(data);
        if (name.Length == 0)
        {
            var suited = Scaling.SuitedTo(data);
            return new(For(suited), suited);
        }
        string known = _names.FirstOrDefault(one => one.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw new ArgumentException($"There is no likelihood '{name}'; expected one of {string.Join(", ", _names)}, or nothing to choose by the data.", nameof(name));
        // Intensities keep their range, columns of any units get one.
        var (unit, real) = data.IsBytes ? (ScalingKind.Bytes, ScalingKind.Bytes) : (ScalingKind.MinMax, ScalingKind.Standardised);
        var support = data.IsBytes ? Support.UnitInterval : Support.Real;
        return known switch
        {
            nameof(Bernoulli) => new(new Bernoulli(), Scaling.Fit(unit, data)),
            nameof(ContinuousBernoulli) => new(new ContinuousBernoulli(), Scaling.Fit(unit, data)),
            nameof(Gaussian) => new(new Gaussian(data.IsBytes ? 0.25 : 1) { Support = support }, Scaling.Fit(real, data)),
            nameof(HeteroscedasticGaussian) => new(new HeteroscedasticGaussian { Support = support }, Scaling.Fit(real, data)),
            _ => new(new Poisson(), Counts(data)),
        };
    }

    /// <summary>The likelihood of values of which nothing more is known than how they were scaled.</summary>
    internal static ILikelihood For(Scaling scaling) =>
        scaling is ByteScaling or MinMaxScaling ? new Bernoulli() : new Gaussian(1) { Support = Support.Real };

    private static Scaling Counts(Dataset data)
    {
        using var rows = data.ToTensor();
        using var values = rows.to(TorchSharp.torch.float32);
        Support.Count.Require(values, nameof(Poisson), nameof(data));
        return Scaling.None;
    }
}
