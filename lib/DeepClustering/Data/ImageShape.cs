using System.Globalization;

namespace DeepClustering.Data;

/// <summary>The shape C × H × W of images that are stored plane by plane, each plane row by row.</summary>
/// <param name="Channels">C: 1 for grey, 3 for red, green, blue. Range: at least 1.</param>
/// <param name="Height">H in pixels. Range: at least 1.</param>
/// <param name="Width">W in pixels. Range: at least 1.</param>
public sealed record ImageShape(int Channels, int Height, int Width)
{
    /// <summary>The number of channels, C.</summary>
    public int Channels { get; init => field = AtLeastOne(value, nameof(Channels)); } = AtLeastOne(Channels, nameof(Channels));

    /// <summary>The height H in pixels.</summary>
    public int Height { get; init => field = AtLeastOne(value, nameof(Height)); } = AtLeastOne(Height, nameof(Height));

    /// <summary>The width W in pixels.</summary>
    public int Width { get; init => field = AtLeastOne(value, nameof(Width)); } = AtLeastOne(Width, nameof(Width));

    /// <summary>The number of values in an image, C · H · W.</summary>
    /// <exception cref="OverflowException">There are more than fit a row.</exception>
    public int Size => checked(Channels * Height * Width);

    /// <summary>"28 × 28", or "3 × 32 × 32" where there are several planes.</summary>
    public override string ToString() => Channels == 1
        ? string.Create(CultureInfo.InvariantCulture, $"{Height} × {Width}")
        : string.Create(CultureInfo.InvariantCulture, $"{Channels} × {Height} × {Width}");

    private static int AtLeastOne(int value, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, name);
        return value;
    }
}
