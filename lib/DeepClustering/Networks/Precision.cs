using System.Text.Json.Serialization;

namespace DeepClustering.Networks;

/// <summary>The number format of the layers' matrix products in training; weights, moments, losses and everything else are float32.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Precision>))]
public enum Precision
{
    /// <summary>All products in float32.</summary>
    Full,

    /// <summary>Products in bfloat16 (8 bits of precision, float32's range) with sums in float32; only on processors with AVX512-BF16.</summary>
    Mixed,
}
