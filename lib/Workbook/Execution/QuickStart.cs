namespace Workbook.Execution;

/// <summary>A variable of .NET's runtime, for the processes in which cells are run; it is read when a process starts.</summary>
/// <remarks>
/// Machine code is written where it is executed, not through a second mapping (W^X), which saves a tenth of a start that is mostly compiling.
/// The second mapping guards against code that gets in by a fault; these processes are there to run the user's.
/// </remarks>
internal static class QuickStart
{
    /// <summary>The variable's name.</summary>
    public const string Name = "DOTNET_EnableWriteXorExecute";

    /// <summary>Its value where the user has set none.</summary>
    public const string Value = "0";
}
