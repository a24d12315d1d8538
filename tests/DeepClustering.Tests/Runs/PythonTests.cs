using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using DeepClustering.Data;
using DeepClustering.Models;
using DeepClustering.Networks;
using DeepClustering.Runs;
using Xunit;

namespace DeepClustering.Tests.Runs;

/// <summary>The Python program in docs/runs.md, run as it stands there.</summary>
public sealed partial class PythonTests
{
    [GeneratedRegex("```python\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Program();

    private static string Documentation => typeof(PythonTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "RunsDocumentation").Value!;

    private static string? PythonWithNumpy() => new[] { "/usr/bin/python3", "python3" }.FirstOrDefault(python =>
    {
        try
        {
            using var process = Start(python, ".", "import numpy");
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    });

    private static Process Start(string python, string folder, string program) => Process.Start(new ProcessStartInfo(python, ["-c", program])
    {
        WorkingDirectory = folder,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    [Fact]
    public void TheProgramInTheDocumentationEncodesTenDigitsAsTheLibraryDoes()
    {
        string? python = PythonWithNumpy();
        Assert.SkipWhen(python is null, "There is no Python with numpy here.");
        using var folder = new TemporaryFolder();
        string data = Path.Combine(AppContext.BaseDirectory, "data");
        var digits = IdxSource.Read("10,000", Path.Combine(data, "mnist-10k-images-idx3-ubyte.gz"), Path.Combine(data, "mnist-10k-labels-idx1-ubyte.gz")).Take(10);
        Directory.CreateSymbolicLink(folder["data"], data);
        using var vade = new Vade(10, new MultilayerPerceptron { InputSize = digits.InputSize }, seed: 3);
        Run.Of(vade, digits, "as it was made", 3).Save(folder["runs/vade"], vade);

        string program = Program().Match(File.ReadAllText(Documentation)).Groups[1].Value;
        using var process = Start(python!, folder.Path, program + "\nfor value in mean.flatten(): print(repr(float(value)))");
        string output = process.StandardOutput.ReadToEnd(), errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors);

        using var images = digits.ToTensor();
        using var means = vade.Encode(images);
        double[] actual = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(100).Select(line => double.Parse(line, CultureInfo.InvariantCulture))];
        Assert.Equal(means.data<float>().ToArray().Select(value => (double)value), actual, (a, b) => Math.Abs(a - b) < 1e-5);
    }
}
