using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Scripting;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Events;
using Workbook.NotebookApi;
using Diagnostic = Microsoft.DotNet.Interactive.Diagnostic;

namespace Workbook.Execution;

/// <summary>Makes the events of a cell of what .NET Interactive tells while it runs.</summary>
/// <param name="scope">Where they are published.</param>
/// <param name="name">The file name that the cell is compiled under.</param>
internal sealed partial class CellTranscript(CellScope scope, string name)
{
    /// <summary>An assembly made for an older runtime was matched with a newer one's; the SDK does not show these either.</summary>
    private static readonly string[] _notShown = ["CS1701", "CS1702"];

    private Diagnostic? _directive;
    private string? _inner;

    /// <summary>The failure of the cell as a whole, or null.</summary>
    public CommandFailed? Failure { get; private set; }

    /// <summary>Takes the next event.</summary>
    public void Handle(KernelEvent kernelEvent)
    {
        switch (kernelEvent)
        {
            case StandardOutputValueProduced text:
                Write(TextStream.Stdout, text);
                break;
            case StandardErrorValueProduced text:
                Write(TextStream.Stderr, text);
                break;
            case DisplayedValueProduced shown:
                scope.Publish(new Displayed(shown.ValueId ?? Guid.NewGuid().ToString(), MimeBundle.Of(shown.FormattedValues)));
                break;
            case DisplayedValueUpdated updated:
                scope.Publish(new DisplayUpdated(updated.ValueId, MimeBundle.Of(updated.FormattedValues)));
                break;
            case ReturnValueProduced result:
                scope.Publish(new ResultProduced(MimeBundle.Of(PlainText.Beside(result.Value, [.. result.FormattedValues]))));
                break;
            case DiagnosticsProduced produced:
                Handle(produced);
                break;
            case ErrorProduced error:
                _inner = error.Message;
                break;
            case CommandFailed failed:
                Failure = failed;
                break;
        }
    }

    /// <summary>Why the cell failed, or null if it did not.</summary>
    /// <param name="thrown">The exception of its code, if that is known.</param>
    public CellError? Error(Exception? thrown) => (thrown ?? Failure?.Exception) switch
    {
        CodeSubmissionCompilationErrorException { InnerException: CompilationErrorException compiler } => CellError.FromCompiler(compiler.Diagnostics, name),
        { } exception => CellError.FromException(exception, name),
        null when _directive is { } wrong => CellError.Of("DirectiveError", Clear(wrong.Message), wrong.LinePositionSpan.Start.Line + 1),
        null when (Failure?.Message ?? _inner) is { } message && PlaceOfRestore().IsMatch(message) =>
            CellError.Of("PackageError", $"The packages that {name} asks for cannot be had:\n{PlaceOfRestore().Replace(message, "").Trim()}\n" +
                "Without a network, those of the NuGet cache are found if the cell names their version."),
        null when (Failure?.Message ?? _inner) is { } message => CellError.Of("Failed", message.Trim()),
        null => null,
    };

    private void Handle(DiagnosticsProduced produced)
    {
        foreach ((var diagnostic, string text) in produced.Diagnostics.Zip(produced.FormattedDiagnostics, (diagnostic, text) => (diagnostic, text.Value)))
        {
            if (diagnostic.Severity == DiagnosticSeverity.Warning && !_notShown.Contains(diagnostic.Code))
            {
                scope.Publish(new TextWritten(TextStream.Stderr, text + Environment.NewLine));
            }
        }
        _directive ??= produced.Diagnostics.FirstOrDefault(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
    }

    // An unknown directive may be a language of another program's kernel and not a typing error.
    private string Clear(string message) => UnknownDirective().Match(message) is { Success: true } match
        ? $"{name} asks for {match.Groups["directive"].Value}, and there is neither a language nor a command of that name here. {LanguageKernels.Languages}"
        : message;

    // The project that restores packages for a cell lies in a folder of the library's own.
    [GeneratedRegex(@"^.*Project\.fsproj : error (?=NU\d+)", RegexOptions.Multiline)]
    private static partial Regex PlaceOfRestore();

    [GeneratedRegex(@"^Unknown magic command '(?<directive>[^']*)'")]
    private static partial Regex UnknownDirective();

    private void Write(TextStream stream, DisplayEvent written)
    {
        string text = string.Concat(written.FormattedValues.Select(format => format.Value));
        if (text.Length > 0)
        {
            scope.Publish(new TextWritten(stream, text));
        }
    }
}
