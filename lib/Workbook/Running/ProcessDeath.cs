using System.Globalization;
using DeepClustering.Storage;
using Workbook.Execution;
using Workbook.Notebooks;

namespace Workbook.Running;

/// <summary>The end of a notebook's process before the end of its run.</summary>
internal static class ProcessDeath
{
    // A process that a signal ended has 128 and the signal's number as its exit code.
    private const int Abort = 128 + 6, Kill = 128 + 9, Segmentation = 128 + 11, Terminate = 128 + 15;

    /// <summary>What may have ended a process.</summary>
    /// <param name="exitCode">Its exit code, which is all that is known and can be set by a cell's code.</param>
    public static CellError Describe(int exitCode) => CellError.Of("ProcessEnded", string.Create(CultureInfo.InvariantCulture,
        $"the process that ran the notebook ended unexpectedly, before the notebook's end (exit code {exitCode}{Cause(exitCode)})."));

    /// <summary>Puts what the running cell had shown, and its end, into the executed notebook.</summary>
    /// <param name="output">The executed notebook, as far as the process has written it.</param>
    /// <param name="end">How far it came; it has begun a cell.</param>
    /// <param name="error">What is said of the cell.</param>
    public static void Record(string output, RunEnd end, CellError error)
    {
        var executed = Notebook.Read(output);
        executed.Cells[end.Index].SetOutputs(end.Cell!.Number, CellOutputs.WithError(end.Outputs, error));
        AtomicFile.Write(output, executed.ToString());
    }

    private static string Cause(int exitCode) => exitCode switch
    {
        Kill => ", killed by SIGKILL: by somebody, or by the system because memory ran out",
        Abort => ", SIGABRT: out of memory, a stack overflow, Environment.FailFast or an exception in a thread of its own; the error output tells which",
        Segmentation => ", SIGSEGV: native code reached for memory that is not its own",
        Terminate => ", SIGTERM",
        >= 0 and < 128 => ": the code of a cell, or a thread of it, called Environment.Exit or the like",
        _ => "",
    };
}
