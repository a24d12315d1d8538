using Workbook.Notebooks;
using Workbook.Parameters;
using Workbook.Sweeping;
using Xunit;

namespace Workbook.Tests.Sweeping;

public sealed class SweepTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("seed=1,2", "1", "2")]
    [InlineData("seed=1..3,7, -1..1", "1", "2", "3", "7", "-1", "0", "1")]
    [InlineData("seed=4..4", "4")]
    [InlineData("seed=../data,1..x,0.5", "../data", "1..x", "0.5")]
    [InlineData("seed=9999999999999999999998..9999999999999999999999", "9999999999999999999998", "9999999999999999999999")]
    public void AnAxisIsAListOfValuesAndRanges(string text, params string[] values) => Assert.Equal(values, SweepAxis.Parse(text).Values);

    [Theory]
    [InlineData("seed", "The parameter 'seed' is not of the form name=value or notebook:name=value.")]
    [InlineData("seed=", "--over seed= has an empty value, expected seed=value,value or seed=1..5.")]
    [InlineData("seed=1,,2", "--over seed=1,,2 has an empty value, expected seed=value,value or seed=1..5.")]
    [InlineData("seed=5..1", "The range 5..1 of --over seed=5..1 is backwards, expected 1..5.")]
    [InlineData("seed=0..10000", "The range 0..10000 of --over seed=0..10000 has 10001 numbers; a sweep has at most 10000 tasks.")]
    public void AnythingElseIsRefused(string text, string message) =>
        Assert.Equal(message, Assert.Throws<ParameterException>(() => SweepAxis.Parse(text)).Message);

    [Fact]
    public void TasksAreTheProductInWhichTheLastVariesFastest() => Assert.Equal(
        [
            "1\tvade-two-step-1\t-p recipe=two-step -p seed=1 -p epochs=3",
            "2\tvade-two-step-2\t-p recipe=two-step -p seed=2 -p epochs=3",
            "3\tvade-plain-1\t-p recipe=plain -p seed=1 -p epochs=3",
            "4\tvade-plain-2\t-p recipe=plain -p seed=2 -p epochs=3",
        ],
        Tasks("var recipe = \"\"; var seed = 1; var epochs = 9;", ["recipe=two-step,plain", "seed=1..2"], "epochs=2", "epochs=3")
            .Select(task => task.ToString()));

    [Fact]
    public void AValueIsMadeFitForAFileNameAndQuotedForAShell() => Assert.Equal(
        ["1\tvade-.._my_data\t-p 'folder=../my data'", "2\tvade-it_s\t-p 'folder=it'\\''s'", "3\tvade-1e-3\t-p folder=1e-3"],
        Tasks("var folder = \"\";", ["folder=../my data,it's,1e-3"]).Select(task => task.ToString()));

    [Fact]
    public void ARunIsNamedAfterItsTaskUnlessItIsNamedOtherwise()
    {
        const string Declared = "var seed = 1; var runName = \"vade\";";
        Assert.Equal(["seed=1 runName=vade-1", "seed=2 runName=vade-2"], Parameters(Tasks(Declared, ["seed=1,2"])));
        Assert.Equal(["vade:runName=a", "vade:runName=b"], Parameters(Tasks(Declared, ["vade:runName=a,b"])));
        Assert.Equal(["seed=1 runName=mine"], Parameters(Tasks(Declared, ["seed=1"], "runName=mine")));
        Assert.Equal("With runName=mine, 2 tasks would save their runs in one folder, over one another. " +
            "Leave runName out, and each is given its task's name, such as vade-1.", Refused(Declared, ["seed=1,2"], "runName=mine"));
        Assert.StartsWith("With runName=a, 2 tasks", Refused(Declared, ["runName=a,b", "seed=1,2"]), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatCannotBeRunIsRefusedBeforeAnythingRuns()
    {
        const string Declared = "var seed = 1; var name = \"\";";
        Assert.Equal("No notebook has the parameter sed. There is: vade:seed, vade:name.", Refused(Declared, ["sed=1,2"]));
        Assert.Equal("No notebook has the parameter vae:seed. There is: vade:seed, vade:name.", Refused(Declared, ["vae:seed=1,2"]));
        Assert.Equal("The parameter seed was given the value 'many', expected a whole number (int).", Refused(Declared, ["seed=1,2,many,3"]));
        Assert.Equal("--over was given seed twice; its values can stand in one list: seed=1,2.", Refused(Declared, ["seed=1", "vade:seed=2"]));
        Assert.Equal("seed was given both by --over and by -p.", Refused(Declared, ["seed=1"], "vade:seed=2"));
        Assert.Equal("The sweep would have 20000 tasks, expected at most 10000.", Refused(Declared, ["seed=1..10000", "name=a,b"]));
        Assert.Equal("The tasks 2 and 3 would both be named vade-a_b and write the same files.", Refused(Declared, ["name=x,a b,a/b"]));
        Assert.Equal("The tasks 1 and 2 would both be named vade-a and write the same files.", Refused(Declared, ["name=a,A"]));
    }

    private static IEnumerable<string> Parameters(IEnumerable<SweepTask> tasks) => tasks.Select(task => string.Join(' ', task.Parameters));

    private string Refused(string declared, string[] over, params string[] parameters) =>
        Assert.Throws<ParameterException>(() => Tasks(declared, over, parameters)).Message;

    private IReadOnlyList<SweepTask> Tasks(string declared, string[] over, params string[] parameters) => Sweep.Tasks(
        Notebook.Read(_folder.Write("vade.ipynb", NotebookText.Of(NotebookText.Code(declared, "parameters")))),
        [.. over.Select(SweepAxis.Parse)], [.. parameters.Select(Parameter.Parse)]);
}
