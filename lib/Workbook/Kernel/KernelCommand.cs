using System.CommandLine;
using Workbook.Execution;
using Workbook.Running;

namespace Workbook.Kernel;

/// <summary>The part of the command line that concerns the Jupyter kernel.</summary>
internal static class KernelCommand
{
    private static readonly Argument<string> _connection = new("connection-file")
    {
        Description = "The file that Jupyter writes for the kernel it starts.",
    };

    private static readonly Option<string> _name = new("--name")
    {
        Description = "The name by which notebooks ask for the kernel. This repository's ask for .net-csharp.",
        HelpName = "name",
        DefaultValueFactory = _ => KernelSpec.DefaultName,
    };

    private static readonly Option<bool> _system = new("--system")
    {
        Description = "For all users of the machine. Default: for this user.",
    };

    private static readonly Option<string?> _prefix = new("--prefix")
    {
        Description = "For one Python environment: the folder in which share/jupyter is.",
        HelpName = "folder",
    };

    /// <summary>The command with its subcommands.</summary>
    /// <param name="grace">The option for how long an interrupted cell may take to stop.</param>
    /// <param name="guarded">Runs an action, and turns what a user can put right into a message.</param>
    public static Command Create(Option<double?> grace, Func<Func<Task<int>>, Task<int>> guarded)
    {
        var install = new Command("install", "Registers the built program as a kernel with Jupyter.") { _name, _system, _prefix };
        var uninstall = new Command("uninstall", "Removes the registration.") { _name, _system, _prefix };
        foreach (var command in new[] { install, uninstall })
        {
            command.Validators.Add(result =>
            {
                if (result.GetValue(_system) && result.GetResult(_prefix) is not null)
                {
                    result.AddError("--system and --prefix exclude each other.");
                }
            });
        }
        install.SetAction(result => guarded(() => Print("Installed", KernelSpec.Install(Data(result), result.GetRequiredValue(_name)))));
        uninstall.SetAction(result => guarded(() => Print("Removed", KernelSpec.Uninstall(Data(result), result.GetRequiredValue(_name)))));

        var run = new Command("run", "Runs the kernel; Jupyter does this.") { _connection, grace };
        run.SetAction(result => guarded(async () =>
        {
            TorchThreads.Set();
            CompilerWarmUp.Begin();
            await JupyterKernel.RunAsync(
                ConnectionFile.Read(result.GetRequiredValue(_connection)), TimeSpan.FromSeconds(result.GetValue(grace)!.Value));
            return 0;
        }));
        return new Command("kernel", "The workbook as a Jupyter kernel, for notebooks in VS Code, JupyterLab and the like.") { install, uninstall, run };
    }

    private static Task<int> Print(string done, string folder)
    {
        Console.WriteLine($"{done}: {folder}");
        return Task.FromResult(0);
    }

    private static string Data(ParseResult result) => result.GetValue(_system) ? KernelSpec.SystemData()
        : result.GetValue(_prefix) is { } prefix ? KernelSpec.PrefixData(prefix)
        : KernelSpec.UserData();
}
