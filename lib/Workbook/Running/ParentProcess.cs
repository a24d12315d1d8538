using System.Diagnostics;
using System.Globalization;

namespace Workbook.Running;

/// <summary>The process that started this one.</summary>
internal static class ParentProcess
{
    /// <summary>Waits until the <c>dotnet run</c> that started this program is gone, if one has.</summary>
    /// <returns>False at once where this program was started otherwise or the system does not tell.</returns>
    /// <remarks>A shell may end and leave its children for later, a killed <c>dotnet run</c> leaves what it was there for.</remarks>
    public static async Task<bool> DotnetRunHasEndedAsync()
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }
        try
        {
            // "id (name) state parent …", where the name may hold anything.
            string stat = await File.ReadAllTextAsync("/proc/self/stat");
            int parent = int.Parse(stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
            string[] command = (await File.ReadAllTextAsync($"/proc/{parent}/cmdline")).Split('\0');
            return Path.GetFileName(command[0]) == "dotnet" && command.Contains("run") && await HasEndedAsync(parent);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Waits until a process is gone.</summary>
    /// <param name="id">Its number.</param>
    /// <returns>False at once if there is no such process to see.</returns>
    public static async Task<bool> HasEndedAsync(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            await process.WaitForExitAsync();
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
