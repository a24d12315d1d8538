using System.Runtime.CompilerServices;
using System.Text;
using DeepClustering.Training;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Scripting;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Formatting;

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
            typeof(Kernel).Assembly, typeof(Formatter).Assembly)
        .AddImports("System", "System.Text", "System.Collections", "System.Collections.Generic",
            "System.Threading.Tasks", "System.Linq", typeof(Kernel).FullName!)
        // Debug information gives stack traces their line numbers.
        .WithEmitDebugInformation(true)
        .WithFileEncoding(Encoding.UTF8);

    private static readonly CSharpParseOptions _parseOptions = new(LanguageVersion.Latest, kind: SourceCodeKind.Script);

    private ScriptState<object>? _state;

    static CSharpSession() => ConsoleCapture.Install();

    /// <summary>The type of a top-level variable, or null if no cell has declared it.</summary>
    public Type? TypeOf(string variable) => _state?.GetVariable(variable)?.Type;

    /// <summary>Runs a cell. Not to be called again before it ended.</summary>
    /// <param name="code">The cell's source; paths in #r and #load are relative to the working directory.</param>
    /// <param name="number">What the cell is called by in messages: "cell 3".</param>
    /// <param name="publish">Takes the events in order, one at a time, on any thread; none comes after the cell ended.</param>
    /// <param name="grace">How long the cell may take to stop once it is asked to.</param>
    /// <param name="cancellation">Asks the cell to stop, by way of <see cref="Interruption"/>.</param>
    public async Task<CellStatus> RunAsync(
        string code, int number, Action<CellEvent> publish, TimeSpan grace, CancellationToken cancellation)
    {
        Interruption.Reset();
        using var scope = new CellScope(publish);
        Task<CellStatus> cell = Task.Run(() => RunAsync(code, $"cell {number}", scope, cancellation), CancellationToken.None);
        using CancellationTokenRegistration request = cancellation.Register(Interruption.Request);
        var asked = new TaskCompletionSource();
        using CancellationTokenRegistration ask = cancellation.Register(asked.SetResult);
        await Task.WhenAny(cell, asked.Task);
        await Task.WhenAny(cell, Task.Delay(grace, CancellationToken.None));
        return cell.IsCompleted ? await cell : CellStatus.Abandoned;
    }

    private async Task<CellStatus> RunAsync(string code, string name, CellScope scope, CancellationToken cancellation)
    {
        scope.Enter();
        try
        {
            CellError? error = FindUnsupported(code) ?? await RunAsync(code, name, cancellation);
            if (error is null)
            {
                return CellStatus.Succeeded;
            }
            scope.Publish(new CellFailed(error));
            return CellStatus.Failed;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return CellStatus.Interrupted;
        }
        catch (Exception e)
        {
            scope.Publish(new CellFailed(CellError.FromException(e, name)));
            return CellStatus.Failed;
        }
    }

    private async Task<CellError?> RunAsync(string code, string name, CancellationToken cancellation)
    {
        string folder = Directory.GetCurrentDirectory();
        ScriptOptions options = _options
            .WithFilePath(name)
            .WithMetadataResolver(ScriptMetadataResolver.Default.WithBaseDirectory(folder))
            .WithSourceResolver(ScriptSourceResolver.Default.WithBaseDirectory(folder));
        Script<object> script = _state is null
            ? CSharpScript.Create(code, options)
            : _state.Script.ContinueWith(code, options);

        ILookup<DiagnosticSeverity, Diagnostic> diagnostics = script.Compile(cancellation).ToLookup(d => d.Severity);
        foreach (Diagnostic warning in diagnostics[DiagnosticSeverity.Warning].Where(d => !_notShown.Contains(d.Id)))
        {
            await Console.Error.WriteLineAsync(warning.ToString());
        }
        if (diagnostics[DiagnosticSeverity.Error].Any())
        {
            return CellError.FromCompiler([.. diagnostics[DiagnosticSeverity.Error]], name);
        }

        // A cell that throws keeps what it had declared, so its state counts all the same.
        _state = _state is null
            ? await script.RunAsync(null, _ => true, cancellation)
            : await script.RunFromAsync(_state, _ => true, cancellation);
        if (_state.Exception is OperationCanceledException canceled && cancellation.IsCancellationRequested)
        {
            throw canceled;
        }
        if (_state.Exception is not null)
        {
            return CellError.FromException(_state.Exception, name);
        }
        if (HasReturnValue(script))
        {
            CellScope.Current!.Publish(new ResultProduced(MimeBundle.Of(_state.ReturnValue, [])));
        }
        return null;
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
}
