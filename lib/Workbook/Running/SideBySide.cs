using DeepClustering.Devices;
using Spectre.Console;
using Workbook.Notebooks;
using Workbook.Parameters;
using Workbook.Terminal;

namespace Workbook.Running;

/// <summary>Runs notebooks that do not depend on one another at the same time.</summary>
/// <remarks>
/// Together they keep the processors busier than one after the other: the threads of one training wait for the slowest of them at every
/// product. While both train, each takes the threads that the other leaves (docs/performance.md).
/// </remarks>
internal static class SideBySide
{
    /// <summary>Whether that is faster than one after the other.</summary>
    public static bool Pays => Environment.ProcessorCount > 1 && SharedProcessors.SeesOthers;

    /// <summary>Runs them all to their ends: one that fails does not stop the others.</summary>
    /// <param name="process">Starts them.</param>
    /// <param name="notebooks">What to run, what each writes, and its parameters.</param>
    /// <param name="limits">How long things may take.</param>
    /// <returns>The exit code of the first that did not succeed.</returns>
    public static async Task<int> RunAsync(
        NotebookProcess process, IReadOnlyList<(Notebook Notebook, string Output, IReadOnlyList<Parameter> Parameters)> notebooks, RunLimits limits)
    {
        var display = new NamedLines([.. notebooks.Select(task => Name(task.Notebook))], AnsiConsole.Console, HostConsole.Error);
        try
        {
            int[] exitCodes = await Task.WhenAll(notebooks.Select(task =>
                process.RunAsync(task.Notebook, task.Output, task.Parameters, limits, display.Of(Name(task.Notebook)), display.Errors)));
            return exitCodes.FirstOrDefault(exitCode => exitCode != NotebookResult.Succeeded, NotebookResult.Succeeded);
        }
        finally
        {
            display.End();
        }
    }

    private static string Name(Notebook notebook) => Path.GetFileNameWithoutExtension(notebook.Path);
}
