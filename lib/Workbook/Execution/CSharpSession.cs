using System.Runtime.CompilerServices;
using System.Text;
using DeepClustering.Charts;
using DeepClustering.Training;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Scripting;
using Microsoft.DotNet.Interactive.Formatting;
using NotebookApi = Microsoft.DotNet.Interactive.Kernel;

namespace Workbook.Execution;

/// <summary>A C# session: runs one cell after another, each seeing what the earlier ones declared.</summary>
/// <remarks>
/// Behaves as the C# kernel of .NET Interactive does wherever a cell can notice. It knows neither notebooks nor terminals.
/// An assembly that also belongs to this program is always the program's own one at run time, whatever folder a cell's
/// #r names, because the runtime asks the default load context first; others come from the folder of the #r.
/// </remarks>
internal sealed class CSharpSession
{
    /// <summary>An assembly made for an older runtime was matched with a newer one's; the SDK does not show these either.</summary>
    private static readonly string[] _notShown = ["CS1701", "CS1702"];

    private static readonly ScriptOptions _options = ScriptOptions.Default
        .WithLanguageVersion(LanguageVersion.Latest)
        .AddReferences(typeof(Enumerable).Assembly, typeof(IEnumerable<>).Assembly, typeof(Task<>).Assembly,
            typeof(NotebookApi).Assembly, typeof(Formatter).Assembly)
        .AddImports("System", "System.Text", "System.Collections", "System.Collections.Generic",
            "System.Threading.Tasks", "System.Linq", typeof(NotebookApi).FullName!)
        // Debug information gives stack traces their line numbers.
        .WithEmitDebugInformation(true)
        .WithFileEncoding(Encoding.UTF8);

    private static readonly CSharpParseOptions _parseOptions = new(LanguageVersion.Latest, kind: SourceCodeKind.Script);

    private ScriptState<object>? _state;

    static CSharpSession()
    {
        ConsoleCapture.Install();
        NotebookFormatting.Register();
    }

    /// <summary>The type of a top-level variable, or null if no cell has declared it.</summary>
    public Type? TypeOf(string variable) => _state?.GetVariable(variable)?.Type;

    /// <summary>The compilation of a cell that would be run next; it need not be free of errors.</summary>
    public Compilation Compile(string code) => Continue(code, "cell").GetCompilation();

    /// <summary>Runs a cell. Not to be called again before it ended.</summary>
    /// <param name="code">The cell's source; paths in #r and #load are relative to the working directory.</param>
    /// <param name="number">What the cell is called by in messages: "cell 3".</param>
    /// <param name="publish">Takes the events in order, one at a time, on any thread; none comes after the cell ended.</param>
    /// <param name="grace">How long the cell may take to stop once it is asked to.</param>
    /// <param name="cancellation">Asks the cell to stop, by way of <see cref="Interruption"/>.</param>
    /// <param name="input">Asks the user for a line of text, or null if there is nobody to ask.</param>
    public async Task<CellStatus> RunAsync(string code, int number, Action<CellEvent> publish, TimeSpan grace,
        CancellationToken cancellation, InputSource? input = null)
    {
        Interruption.Reset();
        using var scope = new CellScope(publish, input);
        Task<Outcome> cell = Task.Run(() => RunAsync(code, $"cell {number}", scope, cancellation), CancellationToken.None);
        using CancellationTokenRegistration request = cancellation.Register(Interruption.Request);
        var asked = new TaskCompletionSource();
        using CancellationTokenRegistration ask = cancellation.Register(asked.SetResult);
        await Task.WhenAny(cell, asked.Task);
        await Task.WhenAny(cell, Task.Delay(grace, CancellationToken.None));
        if (!cell.IsCompleted)
        {
            // Whatever it still declares must not take the place of what later cells declare.
            return CellStatus.Abandoned;
        }
        (CellStatus status, _state) = await cell;
        return status;
    }

    private async Task<Outcome> RunAsync(string code, string name, CellScope scope, CancellationToken cancellation)
    {
        ScriptState<object>? state = _state;
        scope.Enter();
        try
        {
            CellError? error = FindUnsupported(code);
            Script<object> script = Continue(code, name);
            error ??= await CompileAsync(script, name, cancellation);
            if (error is null)
            {
                // A cell that throws keeps what it had declared, so its state counts all the same.
                state = state is null
                    ? await script.RunAsync(null, _ => true, cancellation)
                    : await script.RunFromAsync(state, _ => true, cancellation);
                if (state.Exception is OperationCanceledException && cancellation.IsCancellationRequested)
                {
                    return new(CellStatus.Interrupted, state);
                }
                error = state.Exception is { } exception ? CellError.FromException(exception, name) : null;
            }
            if (error is not null)
            {
                scope.Publish(new CellFailed(error));
                return new(CellStatus.Failed, state);
            }
            if (HasReturnValue(script))
            {
                scope.Publish(new ResultProduced(MimeBundle.Of(state!.ReturnValue, [])));
            }
            return new(CellStatus.Succeeded, state);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return new(CellStatus.Interrupted, state);
        }
        catch (Exception e)
        {
            scope.Publish(new CellFailed(CellError.FromException(e, name)));
            return new(CellStatus.Failed, state);
        }
    }

    private Script<object> Continue(string code, string name)
    {
        string folder = Directory.GetCurrentDirectory();
        ScriptOptions options = _options
            .WithFilePath(name)
            .WithMetadataResolver(ScriptMetadataResolver.Default.WithBaseDirectory(folder))
            .WithSourceResolver(ScriptSourceResolver.Default.WithBaseDirectory(folder));
        return _state is null ? CSharpScript.Create(code, options) : _state.Script.ContinueWith(code, options);
    }

    private static async Task<CellError?> CompileAsync(Script<object> script, string name, CancellationToken cancellation)
    {
        ILookup<DiagnosticSeverity, Diagnostic> diagnostics = script.Compile(cancellation).ToLookup(d => d.Severity);
        foreach (Diagnostic warning in diagnostics[DiagnosticSeverity.Warning].Where(d => !_notShown.Contains(d.Id)))
        {
            await Console.Error.WriteLineAsync(warning.ToString());
        }
        return diagnostics[DiagnosticSeverity.Error].Any()
            ? CellError.FromCompiler([.. diagnostics[DiagnosticSeverity.Error]], name)
            : null;
    }

    /// <summary>What .NET Interactive adds to the language and this host does not have.</summary>
    private static CellError? FindUnsupported(string code)
    {
        CompilationUnitSyntax root = CSharpSyntaxTree.ParseText(code, _parseOptions).GetCompilationUnitRoot();
        ReferenceDirectiveTriviaSyntax? package = root.GetReferenceDirectives()
            .FirstOrDefault(directive => directive.File.ValueText.StartsWith("nuget:", StringComparison.OrdinalIgnoreCase));
        if (package is not null)
        {
            return CellError.Of("NotSupported",
                $"#r \"{package.File.ValueText}\" is not supported here, because this host restores no packages. Add the package " +
                "to a project of the solution, build it, and name the assembly in its output folder: #r \"../lib/…/bin/X.dll\".",
                package.GetLocation().GetLineSpan().StartLinePosition.Line + 1);
        }
        SyntaxTrivia magic = root.DescendantTrivia().FirstOrDefault(trivia =>
            trivia.IsKind(SyntaxKind.ShebangDirectiveTrivia)
            || (trivia.IsKind(SyntaxKind.BadDirectiveTrivia) && trivia.ToString().StartsWith("#!", StringComparison.Ordinal)));
        return magic.IsKind(SyntaxKind.None)
            ? null
            : CellError.Of("NotSupported", $"Magic commands are not supported here: {magic.ToString().Trim()}",
                magic.GetLocation().GetLineSpan().StartLinePosition.Line + 1);
    }

    // Only this tells a trailing expression that is null from none at all.
    [UnsafeAccessor(UnsafeAccessorKind.Method)]
    private static extern bool HasReturnValue(Script script);

    /// <summary>How a cell ended, and the state that the next one continues.</summary>
    private sealed record Outcome(CellStatus Status, ScriptState<object>? State);
}
