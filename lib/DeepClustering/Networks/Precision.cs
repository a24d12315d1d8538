using System.Text.Json.Serialization;

namespace DeepClustering.Networks;

/// <summary>What the layers' matrix products are made in while training; weights, moments, losses and all else are float32.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Precision>))]
public enum Precision
{
    /// <summary>float32.</summary>
    Full,

    /// <summary>bfloat16 (8 bits of precision, float32's range) with sums in float32; only where the processor has AVX512-BF16.</summary>
    Mixed,
}
