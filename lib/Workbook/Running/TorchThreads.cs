using System.Globalization;
using System.Runtime.InteropServices;
using DeepClustering.Devices;

namespace Workbook.Running;

/// <summary>Sets how torch's threads wait for one another, and how many there are, in the environment that OpenMP reads when torch is loaded.</summary>
/// <remarks>
/// With GNU OpenMP, which torch uses on Linux, a waiting thread spins for some milliseconds, in case there is work again soon. Another
/// process, or the thread that is waited for, could have used that time. So the spin is short (docs/performance.md). Variables that are already set are not changed.
/// </remarks>
internal static class TorchThreads
{
    /// <summary>Looks for work before a thread sleeps.</summary>
    public const int SpinCount = 20_000;

    private const string Number = "OMP_NUM_THREADS", Spin = "GOMP_SPINCOUNT";

    /// <summary>Sets what nobody has set, in this process, before torch is loaded.</summary>
    public static void Set()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }
        if (!IsSet(Spin) && !IsSet("OMP_WAIT_POLICY"))
        {
            SetVariable(Spin, SpinCount.ToString(CultureInfo.InvariantCulture));
        }
        // .NET knows the limit that a container's time is kept to, OpenMP only the processors it may use.
        if (!IsSet(Number) && !IsSet("MKL_NUM_THREADS") && Environment.ProcessorCount < ProcessorTimes.Allowed.Count)
        {
            SetVariable(Number, Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static bool IsSet(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 };

    // Neither Environment.SetEnvironmentVariable is seen by native code, nor setenv by .NET.
    private static void SetVariable(string name, string value)
    {
        _ = SetNative(name, value, overwrite: 1);
        Environment.SetEnvironmentVariable(name, value);
    }

    [DllImport("libc", EntryPoint = "setenv")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetNative([MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value, int overwrite);
}
