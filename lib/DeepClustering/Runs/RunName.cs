using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace DeepClustering.Runs;

/// <summary>Names of runs: each names a folder of its own among others, the same on every system.</summary>
public static partial class RunName
{
    private const int MostBytes = 200;

    /// <summary>The folder of a run.</summary>
    /// <param name="runs">The folder of all runs.</param>
    /// <param name="name">
    /// The run's name: 1 to 200 bytes of UTF-8 that do not begin with a dot or a space nor end with one, without control
    /// characters and any of / \ : * ? " &lt; &gt; |, and not a name that Windows keeps for a device.
    /// </param>
    /// <returns>A folder directly in <paramref name="runs"/>.</returns>
    /// <exception cref="ArgumentException">The name is none; the message says why.</exception>
    public static string FolderIn(string runs, string name)
    {
        ArgumentNullException.ThrowIfNull(runs);
        ArgumentNullException.ThrowIfNull(name);
        return Problem(name) is { } problem
            ? throw new ArgumentException($"\"{Visible(name)}\" cannot be a run's name: {problem}.", nameof(name))
            : Path.Combine(runs, name);
    }

    /// <summary>Why a text cannot be a run's name, as part of a sentence; null if it can.</summary>
    /// <param name="name">The text.</param>
    public static string? Problem(string name) =>
        name.Length == 0 ? "it is empty"
        : name.EnumerateRunes().Any(IsUnprintable) ? "it holds a character that cannot be printed"
        : name.IndexOfAny(['/', '\\', ':', '*', '?', '"', '<', '>', '|']) is >= 0 and var at ? $"it holds '{name[at]}', and a name is no path"
        : name[0] is '.' or ' ' ? $"it begins with {(name[0] == '.' ? "a dot" : "a space")}"
        : name[^1] is '.' or ' ' ? $"it ends with {(name[^1] == '.' ? "a dot" : "a space")}"
        : Device().IsMatch(name) ? "Windows keeps it for a device"
        : Encoding.UTF8.GetByteCount(name) is > MostBytes and var bytes
            ? string.Create(CultureInfo.InvariantCulture, $"it has {bytes} bytes, and a name has at most {MostBytes}")
        : null;

    // Half a surrogate pair is read as U+FFFD; a mark that turns the direction of writing is of the category Format.
    private static bool IsUnprintable(Rune rune) => rune == Rune.ReplacementChar || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control
        or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned;

    private static string Visible(string name)
    {
        const int most = 60;
        string printable = string.Concat(name.EnumerateRunes().Take(most).Select(rune => IsUnprintable(rune) ? "\uFFFD" : rune.ToString()));
        return name.Length > most ? printable + "…" : printable;
    }

    [GeneratedRegex(@"^(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(COM|LPT)[0-9¹²³])\s*(\.|$)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Device();
}
