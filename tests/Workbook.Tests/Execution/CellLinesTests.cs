using Workbook.Execution;
using Xunit;

namespace Workbook.Tests.Execution;

public sealed class CellLinesTests
{
    [Fact]
    public void ACellOfOnePartIsLeftAsItIs()
    {
        const string Cell = "var a = 1;\n\n\na";
        Assert.Same(Cell, new CellLines(Cell).Place(Cell));
    }

    [Fact]
    public void PartsStandOnTheLinesTheyHaveInTheCell()
    {
        var lines = new CellLines("#!who\nvar a = 1;\n\nfails(a);\n#!whos\nvar a2 = \"\"\"\n\n  x\n  \"\"\";\nfails(a);");
        Assert.Equal("\nvar a = 1;\n\nfails(a);", lines.Place("var a = 1;\n\nfails(a);"));
        Assert.Equal("\n\n\n\n\nvar a2 = \"\"\"\n\n  x\n  \"\"\";\nfails(a);", lines.Place("var a2 = \"\"\"\n\n  x\n  \"\"\";\nfails(a);\n"));
    }

    [Fact]
    public void LinesThatTheCellDoesNotHaveAreLeftAsTheyAre() =>
        Assert.Equal("made();", new CellLines("#!import other.ipynb\nvar a = 1;").Place("made();"));
}
