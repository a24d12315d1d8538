using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;

namespace Workbook.Execution;

/// <summary>Why a cell failed.</summary>
/// <param name="Name">The kind of error, such as the exception's type.</param>
/// <param name="Message">What went wrong, in a sentence or a few lines.</param>
/// <param name="Line">The line of the cell, from 1, if one is to blame.</param>
/// <param name="Details">All there is to tell, line by line; repeats name and message.</param>
internal sealed partial record CellError(string Name, string Message, int? Line, IReadOnlyList<string> Details)
{
    /// <summary>An error that is not the compiler's nor an exception of the cell's code.</summary>
    public static CellError Of(string name, string message, int? line = null) => new(name, message, line, [$"{name}: {message}"]);

    /// <summary>The compiler's errors, each with its place and source line.</summary>
    /// <param name="errors">At least one error.</param>
    /// <param name="cell">The file name that the cell was compiled under.</param>
    public static CellError FromCompiler(IReadOnlyList<Diagnostic> errors, string cell)
    {
        var first = errors[0];
        var span = first.Location.GetLineSpan();
        return new CellError("CompilationError", $"{first.Id}: {Text(first)}",
            span.Path == cell ? span.StartLinePosition.Line + 1 : null, [.. errors.SelectMany(error => Describe(error, cell))]);
    }

    /// <summary>An exception with its inner ones, each with the part of its stack that is not the host's.</summary>
    /// <param name="exception">What the cell's code threw.</param>
    /// <param name="cell">The file name that the cell was compiled under.</param>
    public static CellError FromException(Exception exception, string cell)
    {
        var details = new List<string>();
        int? line = null;
        for (var e = exception; e is not null; e = e.InnerException)
        {
            details.AddRange($"{(e == exception ? "" : "---> ")}{e.GetType()}: {MessageOf(e)}".Split('\n'));
            foreach (string frame in Frames(e))
            {
                details.Add("   " + frame);
                var match = LineOfCell().Match(frame);
                line ??= match.Success && match.Groups["cell"].Value == cell
                    ? int.Parse(match.Groups["line"].Value, CultureInfo.InvariantCulture) : null;
            }
        }
        return new CellError(exception.GetType().ToString(), MessageOf(exception), line, details);
    }

    // libtorch appends a native backtrace, different in every run.
    private static string MessageOf(Exception exception) => (exception.Message ?? "").Split("\nException raised from ")[0];

    private static IEnumerable<string> Describe(Diagnostic error, string cell)
    {
        if (error.Location.SourceTree is not { } tree)
        {
            return [$"error {error.Id}: {Text(error)}"];
        }
        var span = error.Location.GetLineSpan();
        (int line, int column) = (span.StartLinePosition.Line, span.StartLinePosition.Character);
        string file = span.Path == cell ? "" : $"{span.Path}, ";
        string source = tree.GetText().Lines[line].ToString();
        int indent = source.Length - source.TrimStart().Length;
        return
        [
            $"{file}line {line + 1}, column {column + 1}: error {error.Id}: {Text(error)}",
            "    " + source.Trim(),
            "    " + new string(' ', Math.Max(0, column - indent)) + "^",
        ];
    }

    private static string Text(Diagnostic diagnostic) => diagnostic.GetMessage(CultureInfo.InvariantCulture);

    // Up to the frames of the script engine, without folders and the names that the compiler made.
    private static IEnumerable<string> Frames(Exception exception) =>
        (exception.StackTrace ?? "").Split('\n', StringSplitOptions.TrimEntries)
            .TakeWhile(frame => !frame.StartsWith("at Microsoft.CodeAnalysis.Scripting.", StringComparison.Ordinal))
            .Where(frame => frame.StartsWith("at ", StringComparison.Ordinal))
            .Select(frame => TopLevel().Replace(Folder().Replace(frame, " in "), "at "))
            .Select(frame => AsyncMethod().Replace(Submission().Replace(frame, "at "), "$1()"));

    [GeneratedRegex(@"^at (.* in )?(?<cell>[^:]+):line (?<line>\d+)$")]
    private static partial Regex LineOfCell();

    [GeneratedRegex(@" in .*[\\/](?=[^\\/]+:line \d+$)")]
    private static partial Regex Folder();

    [GeneratedRegex(@"^at Submission#\d+\.<<Initialize>>d__\d+\.MoveNext\(\) in ")]
    private static partial Regex TopLevel();

    [GeneratedRegex(@"^at Submission#\d+\.")]
    private static partial Regex Submission();

    [GeneratedRegex(@"<(\w+)>d__\d+\.MoveNext\(\)")]
    private static partial Regex AsyncMethod();
}
