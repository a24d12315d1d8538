using System.Globalization;

namespace Workbook.Terminal;

/// <summary>Time as a person reads it.</summary>
internal static class Elapsed
{
    /// <summary>As m:ss or h:mm:ss.</summary>
    public static string Format(TimeSpan time) =>
        time.ToString(time.TotalHours >= 1 ? @"h\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture);
}
