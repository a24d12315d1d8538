using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis.Scripting;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Commands;
using Microsoft.DotNet.Interactive.CSharp;

namespace Workbook.Execution;

/// <summary>
/// The private members of .NET Interactive that the host cannot do without, all of them. A test says which are gone when
/// another version of the library comes.
/// </summary>
internal static class LibraryInternals
{
    /// <summary>What cells are compiled with: without a file name and debug information, an exception has no line.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_scriptOptions")]
    public static extern ref ScriptOptions ScriptOptions(CSharpKernel kernel);

    /// <summary>Hands the variables of an abandoned kernel to its successor.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_ScriptState")]
    public static extern void SetScriptState(CSharpKernel kernel, ScriptState state);

    /// <summary>Gives the code of a part of a cell the lines it has in the cell.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_Code")]
    public static extern void SetCode(SubmitCode command, string code);

    /// <summary>Asks a cell to stop without closing its outputs, as the library's own cancellation does at once.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_cancellationTokenSource")]
    public static extern ref CancellationTokenSource Cancellation(KernelInvocationContext context);
}
