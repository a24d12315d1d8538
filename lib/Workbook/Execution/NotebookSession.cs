using System.Runtime.CompilerServices;
using DeepClustering.Charts;
using DeepClustering.Hosting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Scripting;
using Microsoft.DotNet.Interactive.Formatting;
using Workbook.NotebookApi;

namespace Workbook.Execution;

/// <summary>Runs the cells of one notebook, one after another, each seeing what the earlier ones declared.</summary>
/// <remarks>
/// The cells are .NET Interactive's. This adds what a host needs beside it: a cell asked to stop keeps its variables, and
/// one that does not stop is left behind. It knows neither notebooks nor terminals.
/// An assembly that also belongs to this program is always the program's own one at run time, whatever folder a cell's
/// #r names, because the runtime asks the default load context first; others come from the folder of the #r.
/// </remarks>
internal sealed class NotebookSession : IDisposable
{
    private readonly Task _ready;
    private LanguageKernels _kernels = new();
    private string _folder = Directory.GetCurrentDirectory();

    static NotebookSession()
    {
        Console.SetIn(new ConsoleInput());
        // The formatters are registered with the assembly that is loaded by then.
        RuntimeHelpers.RunClassConstructor(typeof(Formatter).TypeHandle);
        NotebookFormatting.Register();
    }

    /// <summary>Begins to get the compiler going, which takes a second.</summary>
    public NotebookSession() =>
        // A submission before the first cell, also because the library forgets what a first one had declared when it throws.
        _ready = Task.Run(() => _kernels.RunAsync(CellFunctions.Extensions, "workbook", null));

    /// <summary>The type of a top-level variable, or null if no cell has declared it.</summary>
    public Type? TypeOf(string variable) => _kernels.CSharp.ScriptState?.GetVariable(variable)?.Type;

    /// <summary>The compilation of a C# cell that would be run next; it need not be free of errors.</summary>
    public Compilation Compile(string code)
    {
        _ready.Wait();
        var kernels = _kernels;
        return kernels.CSharp.ScriptState.Script.ContinueWith(code, kernels.Options.WithFilePath("cell")).GetCompilation();
    }

    /// <summary>Runs a cell. Not to be called again before it ended.</summary>
    /// <param name="code">The cell's source; paths in #r and #load are relative to the working directory.</param>
    /// <param name="number">What the cell is called by in messages: "cell 3".</param>
    /// <param name="publish">Takes the events in order, one at a time, on any thread; none comes after the cell ended.</param>
    /// <param name="grace">How long the cell may take to stop once it is asked to.</param>
    /// <param name="cancellation">Asks the cell to stop, by way of <see cref="Interruption"/>.</param>
    /// <param name="input">Asks the user for a line of text, or null if there is nobody to ask.</param>
    /// <param name="language">The cell's language, by any of the names that front ends have for it, or null for C#.</param>
    public async Task<CellStatus> RunAsync(string code, int number, Action<CellEvent> publish, TimeSpan grace,
        CancellationToken cancellation, InputSource? input = null, string? language = null)
    {
        await _ready;
        string name = $"cell {number}";
        var kernels = _kernels;
        var before = kernels.CSharp.ScriptState;
        using var scope = new CellScope(publish, input);
        var transcript = new CellTranscript(scope, name);
        using var events = kernels.Events.Subscribe(transcript.Handle);

        if (language is not null && !kernels.Runs(language))
        {
            scope.Publish(new CellFailed(CellError.Of("UnknownLanguage",
                $"The language of {name} is \"{language}\", which no kernel here runs. {LanguageKernels.Languages}")));
            return CellStatus.Failed;
        }

        if (!IsInWorkingFolder())
        {
            scope.Publish(new CellFailed(CellError.Of("NoWorkingFolder", $"The working folder {_folder} is gone, without which no cell can run: " +
                "make it again and run the cell once more, or restart the kernel elsewhere.")));
            return CellStatus.Failed;
        }

        Interruption.Reset();
        var cell = Task.Run(
            () =>
            {
                scope.Enter();
                return kernels.RunAsync(code, name, language);
            },
            CancellationToken.None);
        var asked = new TaskCompletionSource();
        using var ask = cancellation.Register(() =>
        {
            Interruption.Request();
            kernels.Cancel();
            asked.SetResult();
        });
        await Task.WhenAny(cell, asked.Task);
        await Task.WhenAny(cell, Task.Delay(grace, CancellationToken.None));
        if (!cell.IsCompleted)
        {
            // Whatever it still declares must not take the place of what later cells declare.
            _kernels = new LanguageKernels(kernels, before);
            _ = cell.ContinueWith(_ => kernels.Dispose(), TaskScheduler.Default);
            return CellStatus.Abandoned;
        }
        await cell;
        return End(transcript, scope, kernels.CSharp.ScriptState is var after && after != before ? after : null, cancellation);
    }

    public void Dispose() => _kernels.Dispose();

    /// <summary>Whether the working folder is there, or is there again.</summary>
    private bool IsInWorkingFolder()
    {
        try
        {
            _folder = Directory.GetCurrentDirectory();
        }
        catch (IOException)
        {
            // A folder of the same name is another one, which has to be entered anew.
            if (!Directory.Exists(_folder))
            {
                return false;
            }
            Directory.SetCurrentDirectory(_folder);
        }
        return true;
    }

    /// <param name="transcript">What the cell did.</param>
    /// <param name="scope">Where its error is published.</param>
    /// <param name="state">What its C# code left, or null if none has run.</param>
    /// <param name="cancellation">Whether it was asked to stop.</param>
    private static CellStatus End(CellTranscript transcript, CellScope scope, ScriptState? state, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested && transcript.Failure is { } failure
            && (failure.Exception ?? state?.Exception) is null or OperationCanceledException)
        {
            // Once it is asked to stop, the library calls every end a failure.
            return state is { Exception: null } ? CellStatus.Succeeded : CellStatus.Interrupted;
        }
        if (transcript.Error(transcript.Failure is null ? null : state?.Exception) is not { } error)
        {
            return CellStatus.Succeeded;
        }
        scope.Publish(new CellFailed(error));
        return CellStatus.Failed;
    }
}
