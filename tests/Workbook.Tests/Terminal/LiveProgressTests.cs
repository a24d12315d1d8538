using Spectre.Console;
using Workbook.Execution;
using Workbook.Running;
using Workbook.Terminal;
using Xunit;

namespace Workbook.Tests.Terminal;

/// <summary>What stays on a screen of a run's progress.</summary>
public sealed class LiveProgressTests
{
    private const string Long = "epoch 12 of 100: loss 123.4567, KL 12.3456, reconstruction 111.1111, accuracy 0.9765, 11.3 s, 40 minutes to go";

    [Theory]
    [InlineData(200)]
    [InlineData(80)]
    [InlineData(40)]
    [InlineData(11)]
    [InlineData(2)]
    public async Task NoFrameIsLeftStanding(int width)
    {
        using var screen = new Screen(width);
        await RunAsync(screen, _ => { });
        AssertOnlyWhatStays(screen);
    }

    [Theory]
    [InlineData(120, 40)]
    [InlineData(80, 79)]
    [InlineData(80, 13)]
    [InlineData(40, 120)]
    [InlineData(100, 3)]
    public async Task NorWhereTheSizeChanges(int before, int after)
    {
        using var screen = new Screen(before);
        await RunAsync(screen, step => screen.Width = step % 2 == 0 ? after : before);
        AssertOnlyWhatStays(screen);
    }

    [Fact]
    public void WhatIsShownIsTheLastFrame()
    {
        using var screen = new Screen(40);
        var console = ScreenConsole.On(screen);
        var lines = new LiveLines(console);
        lines.Show(("first", Style.Plain), ("second", Style.Plain));
        lines.Write(() => console.WriteLine("stays"));
        lines.Show((Long, Style.Plain), ("", Style.Plain));
        screen.Width = 10;
        lines.Show(("über 日本語日本語", Style.Plain), ("x", Style.Plain));
        Assert.Equal(["stays", "über 日…", "x"], screen.Lines);
        lines.Clear();
        Assert.Equal(["stays", ""], screen.Lines);
    }

    [Fact]
    public void AFrameThatIsTheSameIsNotWrittenAgain()
    {
        using var screen = new CountingScreen();
        var lines = new LiveLines(ScreenConsole.On(screen));
        lines.Show(("same", Style.Plain));
        int written = screen.Written;
        lines.Show(("same", Style.Plain));
        Assert.Equal(written, screen.Written);
    }

    private static async Task RunAsync(Screen screen, Action<int> step)
    {
        var progress = new LiveProgress("vae.ipynb", ScreenConsole.On(screen));
        await progress.ShowAsync(async () =>
        {
            for (int number = 1; number <= 2; number++)
            {
                var cell = new CellPosition(number, 2, "Training, with a heading that is longer than the terminal is wide");
                progress.CellStarted(cell);
                progress.Happened(new TextWritten(TextStream.Stdout, Long + "\n"));
                await Task.Delay(450, TestContext.Current.CancellationToken);
                step(number);
                progress.Happened(new TextWritten(TextStream.Stdout, "short\n"));
                await Task.Delay(250, TestContext.Current.CancellationToken);
                progress.Note("a note");
                progress.CellEnded(cell, CellStatus.Succeeded);
            }
            return new NotebookResult(0, null, null);
        });
    }

    // Spectre.Console breaks the lines that stay at spaces.
    private static void AssertOnlyWhatStays(Screen screen)
    {
        string text = string.Concat(string.Concat(screen.Lines).Where(c => !char.IsWhiteSpace(c)));
        string cell = "Training,withaheadingthatislongerthantheterminaliswide";
        Assert.Matches($@"^vae\.ipynbanote✓\[1/2\]{cell}0:0\danote✓\[2/2\]{cell}0:0\d$", text);
    }

    private sealed class CountingScreen : StringWriter
    {
        public int Written => GetStringBuilder().Length;
    }
}
