using Spectre.Console;
using Spectre.Console.Rendering;

namespace Workbook.Terminal;

/// <summary>Lines at the end of a terminal's output that take one another's place, and others above them that stay.</summary>
/// <remarks>
/// What is shown is drawn over from its first row, the cursor waiting at the beginning of its last line. Where that row is depends on the terminal's width at the time: made narrower, a terminal
/// breaks the lines that it already shows, which then take more rows than they were written in.
/// </remarks>
internal sealed class LiveLines(IAnsiConsole console)
{
    private readonly Lock _gate = new();
    private string[] _shown = [];
    private int _width;

    /// <summary>Whether a terminal can go back over what it has shown, and somebody looks at it.</summary>
    public static bool CanBeShownOn(IAnsiConsole console) =>
        console.Profile.Out.IsTerminal && console.Profile.Capabilities is { Ansi: true, Interactive: true };

    /// <summary>Shows lines in the place of those shown before, each cut to the terminal's width, and no more than it has rows.</summary>
    public void Show(params (string Text, Style Style)[] lines)
    {
        lock (_gate)
        {
            int width = console.Profile.Width;
            // Not into the last column, after which terminals differ in where the cursor is.
            var cut = lines.Take(Math.Max(1, console.Profile.Height)).Select(line => (Text: Printable.Cut(line.Text, width - 1).TrimEnd(), line.Style)).ToArray();
            string[] texts = [.. cut.Select(line => line.Text)];
            if (width == _width && texts.SequenceEqual(_shown))
            {
                return;
            }
            Erase();
            for (int i = 0; i < cut.Length; i++)
            {
                if (i > 0)
                {
                    console.WriteLine();
                }
                console.Write(new Text(cut[i].Text, cut[i].Style));
            }
            // At the end of a line that fills its rows, terminals differ in which row the cursor is on.
            console.Write(new ControlCode("\r"));
            (_shown, _width) = (texts, width);
        }
    }

    /// <summary>Writes lines that stay, above what is shown next.</summary>
    public void Write(Action write)
    {
        lock (_gate)
        {
            Erase();
            write();
        }
    }

    /// <summary>Takes away what is shown.</summary>
    public void Clear() => Write(() => { });

    private void Erase()
    {
        if (_shown.Length == 0)
        {
            return;
        }
        int width = Math.Max(1, console.Profile.Width);
        int above = _shown[..^1].Sum(text => Math.Max(1, (new Segment(text).CellCount() + width - 1) / width));
        console.Write(new ControlCode((above > 0 ? FormattableString.Invariant($"\e[{above}A") : "") + "\r\e[J"));
        _shown = [];
    }
}
