using System.CommandLine;
using System.Globalization;
using DeepClustering.Files;
using DeepClustering.Runs;
using Workbook.Terminal;

namespace Workbook.OwnData;

/// <summary>Puts new rows into the clusters of a saved run.</summary>
internal static class AssignCommand
{
    private static readonly Argument<string> _run = new("run") { Description = "The folder of a saved run, such as runs/your-data." };

    private static readonly Argument<string> _data = new("data") { Description = "Rows or images of the same kind as the run was trained on." };

    private static readonly Option<string> _output = new("--output", "-o")
    {
        Description = "The table of assignments to write (CSV).",
        HelpName = "file",
        Required = true,
    };

    private static readonly Option<string?> _id = new("--id") { Description = "A table's column of names of the rows.", HelpName = "column" };

    private static readonly Option<string[]> _exclude = new("--exclude")
    {
        Description = "A table's column that the run was not trained on, such as the labels. May be given several times.",
        HelpName = "column",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    private static readonly Option<MissingValues> _missing = new("--missing")
    {
        Description = "What becomes of rows with a cell that holds no number: refuse (the default), leaveOut, or mean (of the column, in this table).",
    };

    /// <summary>The command.</summary>
    /// <param name="guarded">Runs an action, and turns what a user can put right into a message.</param>
    public static Command Create(Func<Func<Task<int>>, Task<int>> guarded)
    {
        var command = new Command("assign", "Puts new rows into the clusters of a saved run, and says how unusual each is.") { _run, _data, _output, _id, _exclude, _missing };
        command.SetAction(result => guarded(() => Task.FromResult(Assign(result))));
        return command;
    }

    private static int Assign(ParseResult result)
    {
        string output = Path.GetFullPath(result.GetRequiredValue(_output));
        if (Directory.Exists(output))
        {
            throw new IOException($"'{output}' is a folder; expected a file for the assignments.");
        }
        var run = Run.Load(Path.GetFullPath(result.GetRequiredValue(_run)), madeBy: "the command 'cluster'");
        var shape = run.Architecture.Shape;
        var data = Datasets.Open(result.GetRequiredValue(_data), new()
        {
            Labels = DataOptions.NoLabels,
            Id = result.GetValue(_id),
            Exclude = result.GetValue(_exclude) ?? [],
            Missing = result.GetValue(_missing),
            ImageSize = shape is { } square && square.Height == square.Width ? square.Height : 0,
            Colour = shape is null ? null : shape.Channels == 3,
            Log = HostConsole.Error.WriteLine,
        });
        var assignments = run.Assign(data);
        AssignmentsFile.Write(output, assignments);
        Console.WriteLine($"{data}, put into {run.Components} clusters:");
        foreach (var cluster in assignments.GroupBy(assignment => assignment.Cluster).OrderBy(cluster => cluster.Key))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  cluster {cluster.Key}: {cluster.Count():N0}"));
        }
        Console.WriteLine($"Written to {output}");
        return 0;
    }
}
