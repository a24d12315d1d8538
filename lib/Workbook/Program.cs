using System.CommandLine;
using System.CommandLine.Parsing;
using Workbook.Kernel;
using Workbook.OwnData;
using Workbook.Parameters;
using Workbook.Running;
using Workbook.Sweeping;
using Workbook.Terminal;

namespace Workbook;

/// <summary>The command line.</summary>
internal static class Program
{
    private static readonly Lazy<RootCommand> _root = new(Create);

    private static readonly Argument<string[]> _notebooks = new("notebook")
    {
        Description = "Notebooks to run, in this order.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Argument<string> _notebook = new("notebook") { Description = "The notebook to run." };

    private static readonly Option<string> _to = new("--to") { Required = true };

    private static readonly Option<string?> _output = new("--output", "-o")
    {
        Description = "Folder for the executed notebooks. Default: runs/notebooks in the repository.",
        HelpName = "folder",
    };

    private static readonly Option<bool> _inPlace = new("--in-place")
    {
        Description = "Write the executed notebooks over the given ones.",
    };

    private static readonly Option<string[]> _parameters = new("--parameter", "-p")
    {
        Description = "Set a variable of the cell tagged 'parameters', in every notebook that declares it or in one: " +
            "-p epochs=3 -p vade:epochs=30.",
        HelpName = "[notebook:]name=value",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    private static readonly Option<string[]> _over = new("--over")
    {
        Description = "Run with each of these values; a..b stands for whole numbers. Given several times, with every combination: " +
            "--over rate=1e-3,1e-4 --over seed=1..5.",
        HelpName = "name=values",
        Required = true,
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    private static readonly Option<bool> _list = new("--list")
    {
        Description = "Run nothing; print a line for each task: its number, name and parameters, with tabs between.",
    };

    private static readonly Option<int?> _task = NumberOption.Count("--task",
        "Run only this task of the list, as a scheduler does on one of its machines.", int.MaxValue, "the number of a task, a whole number from 1");

    private static readonly Option<int?> _jobs = NumberOption.Count("--jobs",
        "How many tasks run at a time on this machine. Default: 1.", Environment.ProcessorCount,
        $"a whole number from 1 to {Environment.ProcessorCount}, the processors of this machine");

    private static readonly Option<double?> _cellTimeout = NumberOption.Seconds("--cell-timeout",
        "Stop with an error when a cell takes longer than this. Default: no limit.");

    private static readonly Option<double?> _grace = NumberOption.Seconds("--grace",
        "How long an interrupted cell may take to stop before it is abandoned.", otherwise: 10);

    private static readonly Option<string> _report = new("--report") { Required = true };

    /// <summary>Runs the program.</summary>
    /// <returns>0, or 1 after an error, or 130 when interrupted.</returns>
    public static async Task<int> Main(string[] args)
    {
        // Signals are handled where the notebooks run.
        int exitCode = await Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
        // Not by return: a thread of an abandoned cell may still run.
        Environment.Exit(exitCode);
        return exitCode;
    }

    /// <summary>Reads a command line; what cannot be read is among the errors.</summary>
    public static ParseResult Parse(IReadOnlyList<string> args) =>
        // No file that a name beginning with @ would stand for: it is a name like any other.
        _root.Value.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });

    private static RootCommand Create()
    {
        _output.Validators.Add(result =>
        {
            if (result.GetValue(_inPlace))
            {
                result.AddError("--output and --in-place exclude each other.");
            }
        });
        RequireText(_output, _notebook, _notebooks);
        var root = new RootCommand(
            "Runs the workbook's notebooks without Jupyter. Without a command: vae, vade and analysis, then prints the results table.");
        var run = new Command("run", "Runs the given notebooks.") { _notebooks };
        foreach (var command in new[] { root, run })
        {
            AddOptions(command, _parameters, _output, _inPlace, _cellTimeout, _grace);
        }
        root.SetAction(result => Guarded(() => RunAsync(result, [])));
        run.SetAction(result => Guarded(() => RunAsync(result, result.GetRequiredValue(_notebooks))));

        var sweep = new Command("sweep", "Runs one notebook with every combination of some parameters' values, each run on its own.") { _notebook };
        AddOptions(sweep, _over, _parameters, _jobs, _list, _task, _output, _cellTimeout, _grace);
        sweep.Validators.Add(result =>
        {
            if (new Option[] { _jobs, _list, _task }.Count(option => result.GetResult(option) is not null) > 1)
            {
                result.AddError("--jobs, --list and --task exclude each other.");
            }
        });
        sweep.SetAction(result => Guarded(() => SweepAsync(result)));

        var execute = new Command(NotebookChild.Command) { _notebook };
        execute.Hidden = true;
        AddOptions(execute, _to, _report, _parameters, _cellTimeout, _grace);
        execute.SetAction(async result =>
        {
            using var report = RunReport.Open(result.GetRequiredValue(_report));
            return report.End(await Guarded(() => NotebookChild.ExecuteAsync(
                result.GetRequiredValue(_notebook), result.GetRequiredValue(_to), Parameters(result), Limits(result), report)));
        });
        root.Subcommands.Add(run);
        root.Subcommands.Add(sweep);
        root.Subcommands.Add(ClusterCommand.Create(_parameters, ([_cellTimeout, _grace], Limits), Guarded));
        root.Subcommands.Add(AssignCommand.Create(Guarded));
        root.Subcommands.Add(execute);
        root.Subcommands.Add(KernelCommand.Create(_grace, Guarded));

        return root;
    }

    private static void RequireText(params Symbol[] symbols)
    {
        foreach (var symbol in symbols)
        {
            switch (symbol)
            {
                case Option option:
                    option.Validators.Add(result => Check(result, option.Name));
                    break;
                case Argument argument:
                    argument.Validators.Add(result => Check(result, argument.Name));
                    break;
            }
        }

        static void Check(SymbolResult result, string name)
        {
            if (result.Tokens.Any(token => string.IsNullOrWhiteSpace(token.Value)))
            {
                result.AddError($"{name} was given '{Printable.Line(result.Tokens.First(token => string.IsNullOrWhiteSpace(token.Value)).Value)}', expected a name or path.");
            }
        }
    }

    private static void AddOptions(Command command, params Option[] options)
    {
        foreach (var option in options)
        {
            command.Options.Add(option);
        }
    }

    private static Task<int> RunAsync(ParseResult result, IReadOnlyList<string> notebooks) => RunCommand.RunAsync(
        notebooks, result.GetValue(_output), result.GetValue(_inPlace), Parameters(result), Limits(result));

    private static Task<int> SweepAsync(ParseResult result)
    {
        var notebook = RunCommand.Read(result.GetRequiredValue(_notebook));
        var tasks = Sweep.Tasks(
            notebook, [.. result.GetRequiredValue(_over).Select(SweepAxis.Parse)], Parameters(result));
        var command = new SweepCommand(notebook, tasks, RunCommand.OutputFolder(result.GetValue(_output)), Limits(result));
        return result.GetValue(_list) ? Task.FromResult(command.List())
            : result.GetValue(_task) is { } number ? command.RunOneAsync(number)
            : command.RunAllAsync(result.GetValue(_jobs) ?? 1);
    }

    private static Parameter[] Parameters(ParseResult result) =>
        [.. (result.GetValue(_parameters) ?? []).Select(Parameter.Parse)];

    private static RunLimits Limits(ParseResult result) => new(
        result.GetValue(_cellTimeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        TimeSpan.FromSeconds(result.GetValue(_grace)!.Value));

    private static void RequireWorkingFolder()
    {
        try
        {
            Directory.GetCurrentDirectory();
        }
        catch (FileNotFoundException e)
        {
            throw new DirectoryNotFoundException("The working folder is there no more: it was deleted after this shell had gone into it.", e);
        }
    }

    /// <summary>Turns what a user can put right into a message.</summary>
    private static async Task<int> Guarded(Func<Task<int>> action)
    {
        try
        {
            RequireWorkingFolder();
            return await action();
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or ParameterException)
        {
            await HostConsole.Error.WriteLineAsync(Printable.Lines($"error: {e.Message}"));
            return NotebookResult.Failed;
        }
    }
}
