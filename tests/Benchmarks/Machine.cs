using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Benchmarks;

/// <summary>Where figures were taken.</summary>
internal sealed record Machine(string Processor, int Cores, int Threads, string System, string Runtime, string TorchSharp)
{
    public static Machine Here() => new(
        Field("/proc/cpuinfo", "model name") ?? "unknown", Environment.ProcessorCount, get_num_threads(),
        RuntimeInformation.OSDescription, RuntimeInformation.FrameworkDescription,
        typeof(global::TorchSharp.torch).Assembly.GetName().Version?.ToString(3) ?? "unknown");

    public override string ToString() => $"{Processor}, {Cores} cores, {Threads} threads; {System}, {Runtime}, TorchSharp {TorchSharp}";

    /// <summary>The most memory that this process held at any time, in MB, where the system tells (Linux).</summary>
    public static double? PeakResident() => Megabytes("VmHWM");

    /// <summary>The memory that this process holds now, in MB.</summary>
    public static double? Resident() => Megabytes("VmRSS");

    private static double? Megabytes(string field) =>
        Field("/proc/self/status", field) is { } text ? double.Parse(text.Split(' ')[0]) * 1024 / 1e6 : null;

    private static string? Field(string file, string name) => File.Exists(file)
        ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim()
        : null;
}
