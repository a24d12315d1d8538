using Workbook.Notebooks;
using Workbook.Parameters;

namespace Workbook.Running;

/// <summary>Runs notebooks one after the other and tells what came of it.</summary>
internal static class RunCommand
{
    /// <summary>The notebooks of the main job, each of which uses what those before it left.</summary>
    private static readonly string[] _mainJob = ["vae.ipynb", "vade.ipynb", "analysis.ipynb"];

    /// <summary>A cell with this tag has its plain text printed after all notebooks have run.</summary>
    private const string SummaryTag = "summary";

    /// <summary>Runs the notebooks up to the first that fails.</summary>
    /// <param name="paths">The notebooks; none means the main job.</param>
    /// <param name="output">The folder for the executed copies, or null for runs/notebooks in the repository.</param>
    /// <param name="inPlace">Write the executed notebooks over the given ones.</param>
    /// <param name="parameters">Parameters for all of them.</param>
    /// <param name="limits">How long things may take.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="IOException">A file is missing or cannot be read or written.</exception>
    /// <exception cref="InvalidDataException">A notebook is damaged.</exception>
    /// <exception cref="ParameterException">A parameter is unknown or of the wrong type.</exception>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> paths, string? output, bool inPlace, IReadOnlyList<Parameter> parameters, RunLimits limits)
    {
        string? root = FindRepository();
        if (paths.Count == 0)
        {
            string repository = root ?? throw new DirectoryNotFoundException(
                $"No folder 'notebooks' was found in {Directory.GetCurrentDirectory()}, in a folder above it, or above this program.");
            paths = [.. _mainJob.Select(name => Path.Combine(repository, "notebooks", name))];
        }
        string folder = Path.GetFullPath(output ?? Path.Combine(root ?? ".", "runs", "notebooks"));
        Notebook[] notebooks = [.. paths.Select(Read)];
        string[] outputs = [.. notebooks.Select(notebook => inPlace ? notebook.Path : Path.Combine(folder, Path.GetFileName(notebook.Path)))];
        CheckOutputs(notebooks, outputs, inPlace);
        IReadOnlyList<IReadOnlyList<Parameter>> parametersOf = ParameterSet.Resolve(notebooks, parameters);

        var process = new NotebookProcess();
        for (int i = 0; i < notebooks.Length; i++)
        {
            int exitCode = await process.RunAsync(notebooks[i], outputs[i], parametersOf[i], limits);
            if (exitCode != NotebookResult.Succeeded || process.IsStopping)
            {
                return exitCode != NotebookResult.Succeeded ? exitCode : NotebookResult.Interrupted;
            }
        }
        PrintSummary(outputs);
        return NotebookResult.Succeeded;
    }

    private static Notebook Read(string path) => File.Exists(path)
        ? Notebook.Read(path)
        : throw new FileNotFoundException($"The notebook {Path.GetFullPath(path)} does not exist.");

    private static void CheckOutputs(Notebook[] notebooks, string[] outputs, bool inPlace)
    {
        string? twice = outputs.GroupBy(path => path).FirstOrDefault(same => same.Count() > 1)?.Key;
        if (twice is not null)
        {
            throw new IOException($"Two of the notebooks would be written to {twice}.");
        }
        if (!inPlace && notebooks.FirstOrDefault(notebook => outputs.Contains(notebook.Path)) is { } overwritten)
        {
            throw new IOException($"{overwritten.Path} would be overwritten; use --in-place if it should be.");
        }
    }

    private static void PrintSummary(string[] outputs)
    {
        IEnumerable<string> summaries = outputs.SelectMany(path => Notebook.Read(path).Cells)
            .Where(cell => cell.HasTag(SummaryTag)).Select(cell => cell.PlainTextOutputs()).Where(text => text.Length > 0);
        foreach (string summary in summaries)
        {
            Console.WriteLine();
            Console.WriteLine(summary);
        }
        Console.WriteLine();
        Console.WriteLine("Executed notebooks:");
        foreach (string output in outputs)
        {
            Console.WriteLine($"  {output}");
        }
    }

    /// <summary>The nearest folder with a folder "notebooks", above the working directory or else above this program.</summary>
    private static string? FindRepository()
    {
        IEnumerable<DirectoryInfo> above = new[] { Directory.GetCurrentDirectory(), AppContext.BaseDirectory }.SelectMany(Above);
        return above.FirstOrDefault(folder => Directory.Exists(Path.Combine(folder.FullName, "notebooks")))?.FullName;
    }

    private static IEnumerable<DirectoryInfo> Above(string folder)
    {
        for (DirectoryInfo? current = new(folder); current is not null; current = current.Parent)
        {
            yield return current;
        }
    }
}
