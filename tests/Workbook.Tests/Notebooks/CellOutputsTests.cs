using Workbook.Execution;
using Workbook.NotebookApi;
using Workbook.Notebooks;
using Xunit;

namespace Workbook.Tests.Notebooks;

public sealed class CellOutputsTests
{
    private readonly CellOutputs _outputs = new();

    [Fact]
    public void ClearedOutputIsGoneAndWhatFollowsStays() =>
        Assert.Equal("c", Text(Written("a"), Shown("b"), new OutputCleared(Wait: false), Written("c")));

    [Fact]
    public void ClearedToWaitItStaysUntilThereIsSomethingNew()
    {
        Assert.Equal("a", Text(Written("a"), new OutputCleared(Wait: true)));
        Assert.Equal("b", Text(Written("b")));
        Assert.Equal("bc", Text(Written("c")));
    }

    [Fact]
    public void AnUpdateOfAClearedOutputIsHarmless() =>
        Assert.Equal("", Text(Shown("a"), new OutputCleared(Wait: false), new DisplayUpdated("id", Bundle("b"))));

    [Fact]
    public void AClearingThatNothingFollowedEndsWithTheCell()
    {
        Text(Written("a"), new OutputCleared(Wait: true));
        _outputs.Begin(2);
        Assert.Equal("bc", Text(Written("b"), Written("c")));
    }

    private static TextWritten Written(string text) => new(TextStream.Stdout, text);

    private static Displayed Shown(string text) => new("id", Bundle(text));

    private static MimeBundle Bundle(string text) => new([KeyValuePair.Create("text/plain", text)]);

    private string Text(params CellEvent[] events)
    {
        foreach (var cellEvent in events)
        {
            _outputs.Add(cellEvent);
        }
        var lines = _outputs.ToJson().Select(output => (output!["text"] ?? output["data"]!["text/plain"])!);
        return string.Concat(lines.SelectMany(text => text.AsArray()).Select(line => (string?)line));
    }
}
