using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace DeepClustering.Tests.Data;

/// <summary>Runs something as a user whom rights bind, also where the tests run as root.</summary>
internal static class Unprivileged
{
    private const int Nobody = 65534;

    /// <summary>Runs it on a thread of its own and throws what it throws.</summary>
    public static void Run(Action action)
    {
        ExceptionDispatchInfo? thrown = null;
        var thread = new Thread(() =>
        {
            // Of this thread alone; the rights of root go with its number.
            _ = SetFileSystemUser(Nobody);
            try
            {
                action();
            }
            catch (Exception e)
            {
                thrown = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        thrown?.Throw();
    }

    [DllImport("libc", EntryPoint = "setfsuid")]
    private static extern int SetFileSystemUser(uint user);
}
