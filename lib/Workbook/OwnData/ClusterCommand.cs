using System.CommandLine;
using System.Globalization;
using DeepClustering.Files;
using DeepClustering.Runs;
using DeepClustering.Storage;
using Workbook.Parameters;
using Workbook.Running;

namespace Workbook.OwnData;

/// <summary>Clusters a user's data: the notebook for it, executed, with the results where they are asked for.</summary>
internal static class ClusterCommand
{
    private const string NotebookName = "your-data";

    private static readonly Argument<string> _data = new("data")
    {
        Description = "A table (CSV, TSV …), an .npy array, an IDX file, or a folder of images.",
    };

    private static readonly Option<int?> _clusters = NumberOption.Count("--clusters",
        "How many clusters. Default: chosen from the data.", 1000, "a whole number from 1 to 1000");

    private static readonly Option<string?> _labels = new("--labels")
    {
        Description = "Where true classes stand, to score the result: a table's column, 'subfolders' of a folder of images, or 'none'. Training never sees them.",
        HelpName = "column",
    };

    private static readonly Option<string?> _id = new("--id")
    {
        Description = "A table's column of names of the rows.",
        HelpName = "column",
    };

    private static readonly Option<string?> _output = new("--output", "-o")
    {
        Description = "Folder for the results: assignments.csv and one picture per cluster. It is made, or holds earlier results. Default: none are written.",
        HelpName = "folder",
    };

    private static readonly Option<bool> _sort = new("--sort-images")
    {
        Description = "Copy the images into one folder per cluster in the results' folder.",
    };

    private static readonly Option<string?> _name = new("--name")
    {
        Description = "What the run is called in runs/. Default: as the data.",
        HelpName = "name",
    };

    private static readonly Option<bool> _restart = new("--restart")
    {
        Description = "Begin anew where a run of that name was begun with other options or data.",
    };

    /// <summary>The command.</summary>
    /// <param name="parameters">The option for further parameters of the notebook.</param>
    /// <param name="limits">The options for how long things may take, and what they say.</param>
    /// <param name="guarded">Runs an action, and turns what a user can put right into a message.</param>
    public static Command Create(
        Option<string[]> parameters, (Option[] Options, Func<ParseResult, RunLimits> Read) limits, Func<Func<Task<int>>, Task<int>> guarded)
    {
        var command = new Command("cluster", "Clusters your own data: runs your-data.ipynb on a file or folder.")
        {
            _data, _clusters, _labels, _id, _output, _sort, _name, _restart, parameters,
        };
        foreach (var option in limits.Options)
        {
            command.Options.Add(option);
        }
        command.Validators.Add(result =>
        {
            if (result.GetValue(_sort) && result.GetValue(_output) is null)
            {
                result.AddError("--sort-images needs --output, the folder to copy the images to.");
            }
        });
        command.SetAction(result => guarded(() => RunAsync(result,
            [.. (result.GetValue(parameters) ?? []).Select(Parameter.Parse)], limits.Read(result))));
        return command;
    }

    private static Task<int> RunAsync(ParseResult result, IReadOnlyList<Parameter> further, RunLimits limits)
    {
        string data = Path.GetFullPath(result.GetRequiredValue(_data));
        if (!Present.File(data) && !Present.Folder(data))
        {
            throw new FileNotFoundException($"There is no file or folder '{data}'.");
        }
        string? output = result.GetValue(_output) is { } folder ? Path.GetFullPath(folder) : null;
        if (output is not null)
        {
            ResultsFolder.Require(output);
        }
        string name = result.GetValue(_name) ?? NameOf(data);
        if (RunName.Problem(name) is { } problem)
        {
            throw new ParameterException($"'{name}' cannot be a run's name: {problem}.");
        }
        var notebook = RunCommand.Read(RunCommand.NotebookOf(NotebookName));
        string executed = Path.Combine(RunCommand.OutputFolder(null), $"{name}.ipynb");
        Parameter[] given =
        [
            new(null, "data", data), new(null, "labels", result.GetValue(_labels) ?? ""), new(null, "id", result.GetValue(_id) ?? ""),
            new(null, "clusters", (result.GetValue(_clusters) ?? 0).ToString(CultureInfo.InvariantCulture)),
            new(null, "runName", name), new(null, "restart", result.GetValue(_restart) ? "true" : "false"),
            new(null, "results", output ?? ""), new(null, "sortImages", result.GetValue(_sort) ? "true" : "false"),
        ];
        // Of two that set the same, the later one counts: a parameter goes before an option.
        return RunCommand.RunAsync([notebook], [executed], ParameterSet.Resolve([notebook], [.. given, .. further]), limits);
    }

    /// <summary>The file's or folder's name without what tells its kind; the notebook's where that cannot be a run's.</summary>
    private static string NameOf(string data)
    {
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(data)).Split('.')[0];
        return RunName.Problem(name) is null ? name : NotebookName;
    }
}
