using System.Text.Json.Serialization;

namespace DeepClustering.Data;

/// <summary>The ways to scale data.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ScalingKind>))]
public enum ScalingKind
{
    /// <summary>Values as they are.</summary>
    None,

    /// <summary>Bytes / 255, in [0, 1].</summary>
    Bytes,

    /// <summary>Each column to mean 0 and standard deviation 1.</summary>
    Standardised,

    /// <summary>Each column to [0, 1].</summary>
    MinMax,

    /// <summary>All columns together to [0, 1], for values of one unit, such as grey levels.</summary>
    CommonRange,

    /// <summary>log(1 + x), for counts.</summary>
    Log1p,
}
