using System.Diagnostics;
using System.Text;
using Xunit;

namespace Workbook.Tests;

/// <summary>The built program, as a user starts it.</summary>
internal static class BuiltProgram
{
    public static string Path { get; } =
        System.IO.Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "Workbook.exe" : "Workbook");

    public static Task<(int ExitCode, string Output, string Error)> Run(string folder, params string[] arguments) =>
        Run(folder, [], arguments);

    public static async Task<(int ExitCode, string Output, string Error)> Run(
        string folder, (string Name, string Value)[] environment, params string[] arguments)
    {
        using var process = Start(folder, environment, arguments);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output, await error);
    }

    public static Process Start(string folder, params string[] arguments) => Start(folder, [], arguments);

    private static Process Start(string folder, (string Name, string Value)[] environment, string[] arguments)
    {
        // A test run in the background may have SIGINT ignored, which a child inherits.
        string[] command = OperatingSystem.IsLinux() ? ["env", "--default-signal=INT", Path, .. arguments] : [Path, .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        // Whoever runs the tests may have it set.
        start.Environment.Remove("OMP_NUM_THREADS");
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }
        return Process.Start(start)!;
    }

    /// <summary>Sends a signal (INT, TERM) on Linux.</summary>
    public static async Task Signal(Process process, string signal)
    {
        // The shell's own: a bare system has no program of that name.
        using var kill = Process.Start("sh", ["-c", $"kill -{signal} {process.Id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }
}
