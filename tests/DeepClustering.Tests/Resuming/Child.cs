using System.Diagnostics;

namespace DeepClustering.Tests.Resuming;

/// <summary>This test program, started once more.</summary>
internal static class Child
{
    /// <summary>Starts it; the caller ends and disposes it.</summary>
    /// <returns>The process, once it has written its first line.</returns>
    public static Process Start(params string[] arguments) => Start([], arguments);

    /// <summary>Starts it with variables of its environment set.</summary>
    /// <inheritdoc cref="Start(string[])"/>
    public static Process Start((string Name, string Value)[] variables, params string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "DeepClustering.Tests") + (OperatingSystem.IsWindows() ? ".exe" : "");
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardInput = true };
        start.Environment["DOTNET_TieredPGO"] = "0";        // it lives too short to profit
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }
        var child = Process.Start(start)!;
        child.StandardOutput.ReadLine();
        return child;
    }
}
