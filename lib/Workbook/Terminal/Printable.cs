using System.Globalization;
using System.Text;

namespace Workbook.Terminal;

/// <summary>Text from outside made fit for a terminal: nothing in it moves the cursor, changes a colour or sets a title.</summary>
internal static class Printable
{
    /// <summary>The text without control characters; tabs become a space.</summary>
    public static string Line(string text) => Of(text, keepLines: false);

    /// <summary>The same, with its line ends.</summary>
    public static string Lines(string text) => Of(text, keepLines: true);

    /// <summary>As much of a line as fits into so many columns.</summary>
    public static string Cut(string line, int columns)
    {
        var cut = new StringBuilder();
        int used = 0;
        foreach (var rune in line.EnumerateRunes())
        {
            // East Asian characters and pictures take two columns; to count one too many does no harm.
            used += rune.Value < 0x1100 ? 1 : 2;
            if (used > columns)
            {
                return columns < 1 ? "" : cut.ToString(0, Math.Max(0, cut.Length - 1)) + "…";
            }
            cut.Append(rune);
        }
        return line;
    }

    private static string Of(string text, bool keepLines) => string.Concat(text.EnumerateRunes().Select(rune =>
        rune.Value == '\t' ? " "
        : keepLines && rune.Value == '\n' ? "\n"
        : Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control ? ""
        : rune.ToString()));
}
