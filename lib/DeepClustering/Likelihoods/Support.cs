using System.Globalization;
using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace DeepClustering.Likelihoods;

/// <summary>The values to which a likelihood gives a probability or a density.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Support>))]
public enum Support
{
    /// <summary>Every number.</summary>
    Real,

    /// <summary>Numbers from 0 to 1, such as intensities.</summary>
    UnitInterval,

    /// <summary>Counts: 0, 1, 2 ….</summary>
    Count,
}

/// <summary>Checks data against a support.</summary>
internal static class Supports
{
    /// <summary>Throws unless every value is in the support.</summary>
    /// <param name="support">The likelihood's.</param>
    /// <param name="x">Floats of any shape, at least one.</param>
    /// <param name="what">What the values are, for the message, such as "Bernoulli".</param>
    /// <param name="argument">The name of the argument they came from.</param>
    /// <exception cref="ArgumentException">One is not; the message has the range that was found.</exception>
    public static void Require(this Support support, Tensor x, string what, string argument)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        // Two numbers say enough of most data; NaN passes through both and compares false.
        var (least, most) = x.aminmax();
        double low = least.to(float64).item<double>(), high = most.to(float64).item<double>();
        bool holds = support switch
        {
            Support.UnitInterval => low >= 0 && high <= 1,
            Support.Count => low >= 0 && double.IsFinite(high) && x.eq(x.floor()).all().item<bool>(),
            _ => double.IsFinite(low) && double.IsFinite(high),
        };
        if (!holds)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"{what} is of {Describe(support)}; found {(double.IsFinite(low) && double.IsFinite(high) ? $"{low:G6} to {high:G6}" : "NaN or infinity")}{Advice(support, low, high)}."), argument);
        }
    }

    /// <summary>The nearest values in the support.</summary>
    /// <returns>Of x's shape; x, or a tensor that the caller disposes.</returns>
    public static Tensor Hold(this Support support, Tensor x) => support switch
    {
        Support.UnitInterval => x.clamp(0, 1),
        Support.Count => x.round().clamp_min_(0),
        _ => x,
    };

    private static string Describe(Support support) => support switch
    {
        Support.UnitInterval => "values in [0, 1]",
        Support.Count => "counts 0, 1, 2 …",
        _ => "finite values",
    };

    private static string Advice(Support support, double low, double high) => (support, low, high) switch
    {
        (Support.UnitInterval, >= 0, > 1 and <= byte.MaxValue) => ": if these are bytes, give them as uint8, which are scaled",
        (Support.UnitInterval, _, _) => ": scale them to that range, or use a likelihood for real values",
        (Support.Count, >= 0, _) => ", not all of them whole: counts must not be scaled",
        _ => "",
    };
}
