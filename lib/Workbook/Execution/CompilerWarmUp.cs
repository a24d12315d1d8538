using System.Text;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;

namespace Workbook.Execution;

/// <summary>
/// Gets the compiler going on a thread of its own, beside the making of the kernels. The package brings it as IL, so that more than
/// half of the time to a first result is spent on making machine code of it (docs/kernel.md).
/// </summary>
internal static class CompilerWarmUp
{
    /// <summary>Compiles and runs a first script, which nothing refers to.</summary>
    public static void Begin() => _ = Task.Run(() => CSharpScript.RunAsync(
        "1 + 1", ScriptOptions.Default.WithEmitDebugInformation(true).WithFileEncoding(Encoding.UTF8)));
}
