using Spectre.Console;

namespace Workbook.Tests.Terminal;

/// <summary>A console as it is in a terminal in front of which somebody sits.</summary>
internal static class ScreenConsole
{
    /// <summary>One that writes to a <see cref="Screen"/>, or to any writer that is taken for a terminal of 80 columns.</summary>
    public static IAnsiConsole On(TextWriter screen) => AnsiConsole.Create(new()
    {
        Ansi = AnsiSupport.Yes,
        ColorSystem = ColorSystemSupport.Standard,
        Interactive = InteractionSupport.Yes,
        Out = new ScreenOutput(screen),
    });

    private sealed class ScreenOutput(TextWriter screen) : IAnsiConsoleOutput
    {
        public TextWriter Writer => screen;

        public bool IsTerminal => true;

        public int Width => (screen as Screen)?.Width ?? 80;

        public int Height => 24;

        public void SetEncoding(System.Text.Encoding encoding)
        {
        }
    }
}
