using System.Text.RegularExpressions;
using Workbook.Execution;
using Workbook.Running;
using Workbook.Terminal;
using Xunit;

namespace Workbook.Tests.Terminal;

public sealed partial class ProgressTests
{
    [Fact]
    public void LinesAreMadeOfPieces()
    {
        var lines = new LineBuffer();
        Assert.Empty(lines.Add("one "));
        Assert.Equal("one ", lines.Rest);
        Assert.Equal(["one line", "two"], lines.Add("line\r\ntwo\nthr"));
        Assert.Equal(["ee states"], lines.Add("\ree states\n"));
        Assert.Equal("", lines.Rest);
    }

    [Fact]
    public async Task ALogHasALineForEveryCellAndThoseItWrites()
    {
        var log = new StringWriter();
        var progress = new PlainProgress("vae.ipynb", log);
        await progress.ShowAsync(() => Task.FromResult(new NotebookResult(0, null, null)));
        progress.CellStarted(new CellPosition(1, 2, "Train"));
        progress.Happened(new TextWritten(TextStream.Stdout, "epoch 1\nepo"));
        progress.Happened(new TextWritten(TextStream.Stdout, "ch 2"));
        progress.CellEnded(new CellPosition(1, 2, "Train"), CellStatus.Succeeded);
        progress.CellStarted(new CellPosition(2, 2, "Show"));
        progress.CellEnded(new CellPosition(2, 2, "Show"), CellStatus.Succeeded);
        Assert.Equal("""
            vae.ipynb
              T [1/2] Train
                  epoch 1
                  epoch 2
              T [2/2] Show
              T done

            """.ReplaceLineEndings(), Time().Replace(log.ToString(), "T"));
    }

    [Theory]
    [InlineData(0, "0:00")]
    [InlineData(754.9, "12:34")]
    [InlineData(3723, "1:02:03")]
    public void TimeIsShort(double seconds, string text) => Assert.Equal(text, Elapsed.Format(TimeSpan.FromSeconds(seconds)));

    [GeneratedRegex(@"\d+:\d\d")]
    private static partial Regex Time();
}
