using Workbook.Notebooks;
using Workbook.Parameters;
using Workbook.Terminal;

namespace Workbook.Running;

/// <summary>Runs notebooks and tells what came of it.</summary>
internal static class RunCommand
{
    /// <summary>The notebooks of the main job: the last uses what the others left, which do not depend on one another.</summary>
    private static readonly string[] _mainJob = ["vae", "vade", "analysis"];

    /// <summary>How many of them are those others.</summary>
    private const int Independent = 2;

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
        bool isMainJob = paths.Count == 0;
        if (isMainJob)
        {
            paths = [.. _mainJob.Select(NotebookOf)];
        }
        string folder = OutputFolder(output);
        Notebook[] notebooks = [.. paths.Select(Read)];
        string[] outputs = [.. notebooks.Select(notebook => inPlace ? notebook.Path : Path.Combine(folder, Path.GetFileName(notebook.Path)))];
        CheckOutputs(notebooks, outputs, inPlace);
        return await RunAsync(notebooks, outputs, ParameterSet.Resolve(notebooks, parameters), limits, isMainJob && SideBySide.Pays ? Independent : 0);
    }

    /// <summary>Runs notebooks up to the first that fails.</summary>
    /// <param name="notebooks">What to run.</param>
    /// <param name="outputs">The file that each writes.</param>
    /// <param name="parameters">The parameters of each.</param>
    /// <param name="limits">How long things may take.</param>
    /// <param name="together">How many of the first run at the same time.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<Notebook> notebooks, IReadOnlyList<string> outputs,
        IReadOnlyList<IReadOnlyList<Parameter>> parameters, RunLimits limits, int together = 0)
    {
        using var process = new NotebookProcess();
        int exitCode = together == 0 ? NotebookResult.Succeeded : await SideBySide.RunAsync(
            process, [.. notebooks.Take(together).Select((notebook, i) => (notebook, outputs[i], parameters[i]))], limits);
        for (int i = together; i < notebooks.Count && exitCode == NotebookResult.Succeeded && !process.Stopping.IsCancellationRequested; i++)
        {
            exitCode = await process.RunAsync(notebooks[i], outputs[i], parameters[i], limits);
        }
        if (exitCode != NotebookResult.Succeeded || process.Stopping.IsCancellationRequested)
        {
            return exitCode != NotebookResult.Succeeded ? exitCode : NotebookResult.Interrupted;
        }
        PrintSummary(outputs);
        return NotebookResult.Succeeded;
    }

    /// <summary>Reads a notebook that a user named.</summary>
    /// <exception cref="IOException">It does not exist or cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static Notebook Read(string path)
    {
        try
        {
            return Notebook.Read(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FileNotFoundException($"The notebook {Path.GetFullPath(path)} does not exist.", e);
        }
    }

    /// <summary>The path of one of the workbook's own notebooks.</summary>
    /// <param name="name">Without the extension.</param>
    /// <exception cref="DirectoryNotFoundException">The notebooks were not found.</exception>
    public static string NotebookOf(string name) => Path.Combine(FindRepository() ?? throw new DirectoryNotFoundException(
        $"No folder 'notebooks' was found in {Directory.GetCurrentDirectory()}, in a folder above it, or above this program."), "notebooks", $"{name}.ipynb");

    /// <summary>The folder for executed notebooks: the given one, or runs/notebooks in the repository.</summary>
    public static string OutputFolder(string? given) =>
        Path.GetFullPath(given ?? Path.Combine(FindRepository() ?? ".", "runs", "notebooks"));

    private static void CheckOutputs(Notebook[] notebooks, string[] outputs, bool inPlace)
    {
        string? twice = outputs.GroupBy(path => path, StringComparer.OrdinalIgnoreCase).FirstOrDefault(same => same.Count() > 1)?.Key;
        if (twice is not null)
        {
            throw new IOException($"Two of the notebooks would be written to {twice}.");
        }
        if (!inPlace && outputs.Select(RealPath).ToHashSet(StringComparer.OrdinalIgnoreCase) is var real
            && notebooks.FirstOrDefault(notebook => real.Contains(RealPath(notebook.Path))) is { } overwritten)
        {
            throw new IOException($"{overwritten.Path} would be overwritten; use --in-place if it should be.");
        }
    }

    /// <summary>A path without links in it.</summary>
    private static string RealPath(string path)
    {
        string full = Path.GetFullPath(path), real = Path.GetPathRoot(full)!;
        foreach (string part in full[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            string next = Path.Combine(real, part);
            real = new FileInfo(next).LinkTarget is null ? next : RealPath(File.ResolveLinkTarget(next, returnFinalTarget: true)!.FullName);
        }
        return real;
    }

    private static void PrintSummary(IReadOnlyList<string> outputs)
    {
        var summaries = outputs.SelectMany(path => Notebook.Read(path).Cells)
            .Where(cell => cell.HasTag(SummaryTag)).Select(cell => cell.PlainTextOutputs()).Where(text => text.Length > 0);
        foreach (string summary in summaries)
        {
            Console.WriteLine();
            Console.WriteLine(Printable.Lines(summary));
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
        var above = new[] { Directory.GetCurrentDirectory(), AppContext.BaseDirectory }.SelectMany(Above);
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
