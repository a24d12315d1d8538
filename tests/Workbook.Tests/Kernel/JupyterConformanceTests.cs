using System.ComponentModel;
using System.Diagnostics;
using Xunit;

namespace Workbook.Tests.Kernel;

/// <summary>Jupyter's own tests (jupyter_kernel_test), if there is a Python that has them.</summary>
[Trait("Speed", "slow")]
public sealed class JupyterConformanceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task TheKernelPassesJupytersTests()
    {
        string? python = new[] { "python3", "/usr/bin/python3", "python" }.FirstOrDefault(HasTests);
        Assert.SkipWhen(python is null, "There is no Python with the package jupyter_kernel_test.");
        Assert.Equal(0, (await BuiltProgram.Run(_folder.Path, "kernel", "install", "--prefix", _folder.Path)).ExitCode);
        using var tests = Start(python, Path.Combine(AppContext.BaseDirectory, "Kernel", "test_kernel.py"));
        var error = tests.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await tests.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await tests.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(tests.ExitCode == 0, await error);
        // Only the pager, which this kernel does not have.
        Assert.EndsWith("OK (skipped=1)", (await error).TrimEnd(), StringComparison.Ordinal);
    }

    private bool HasTests(string python)
    {
        try
        {
            using var process = Start(python, "-c", "import jupyter_kernel_test");
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    private Process Start(string python, params string[] arguments)
    {
        var start = new ProcessStartInfo(python, arguments)
        {
            WorkingDirectory = _folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["JUPYTER_PATH"] = _folder["share/jupyter"];
        start.Environment["JUPYTER_RUNTIME_DIR"] = _folder["runtime"];
        return Process.Start(start)!;
    }
}
