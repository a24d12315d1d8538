using Spectre.Console;
using Workbook.Terminal;
using Xunit;

namespace Workbook.Tests.Terminal;

/// <summary>What is shown of notebooks that run at the same time.</summary>
public sealed class NamedLinesTests
{
    private const string Long = "epoch 12 of 100: loss 123.4567, KL 12.3456, reconstruction 111.1111, accuracy 0.9765, 11.3 s, 40 minutes to go";

    [Fact]
    public void InATerminalTheLastLineOfEachStandsBelowThoseThatStay()
    {
        using var screen = new Screen(40);
        using var errors = new StringWriter();
        var lines = new NamedLines(["vae", "vade"], ScreenConsole.On(screen), errors);
        lines.Of("vae").WriteLine("  0:01 [1/2] Training");
        lines.Of("vae").WriteLine("      epoch 1");
        lines.Of("vade").WriteLine("      " + Long);
        lines.Of("vae").WriteLine("      epoch 2");
        Assert.Equal(["vae     0:01 [1/2] Training", "vae   epoch 2", "vade  " + Long[..32] + "…"], screen.Lines);
        lines.Errors.WriteLine("error: what went wrong");
        lines.Of("vade").WriteLine("  0:02 done");
        Assert.Equal(["vae     0:01 [1/2] Training", "vade    0:02 done", "vae   epoch 2"], screen.Lines);
        lines.End();
        Assert.Equal(["vae     0:01 [1/2] Training", "vade    0:02 done", ""], screen.Lines);
        Assert.Equal("error: what went wrong\n", errors.ToString().ReplaceLineEndings("\n"));
    }

    [Fact]
    public void InALogAllLinesStayWhole()
    {
        using var log = new StringWriter();
        var lines = new NamedLines(["vae", "vade"], AnsiConsole.Create(new() { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(log) }), log);
        lines.Of("vade").WriteLine("      " + Long);
        lines.Of("vae").WriteLine("  0:02 done");
        lines.End();
        Assert.Equal($"vade        {Long}\nvae     0:02 done\n", log.ToString().ReplaceLineEndings("\n"));
    }
}
