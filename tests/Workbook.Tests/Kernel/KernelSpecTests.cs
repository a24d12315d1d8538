using System.Text.Json.Nodes;
using Xunit;

namespace Workbook.Tests.Kernel;

/// <summary>The commands kernel install and kernel uninstall.</summary>
public sealed class KernelSpecTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Spec(string name) => _folder[$"share/jupyter/kernels/{name}/kernel.json"];

    [Fact]
    public async Task InstallWritesASpecificationThatStartsTheBuiltProgram()
    {
        Assert.Equal((0, $"Installed: {Path.GetDirectoryName(Spec(".net-csharp"))}\n"), await Run("install", "--name", ".net-csharp"));
        var spec = JsonNode.Parse(File.ReadAllText(Spec(".net-csharp")))!;
        Assert.Equal("C#", (string?)spec["language"]);
        Assert.Equal("message", (string?)spec["interrupt_mode"]);
        Assert.Equal("0", (string?)spec["env"]!["DOTNET_EnableWriteXorExecute"]);
        string[] argv = [.. spec["argv"]!.AsArray().Select(argument => (string)argument!)];
        Assert.Equal(["kernel", "run", "{connection_file}"], argv[^3..]);
        Assert.All(argv[..^3], program => Assert.True(File.Exists(program), program));
        Assert.Equal(0, (await Run("install", "--name", ".net-csharp")).ExitCode);
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(Spec(".net-csharp"))!));
    }

    [Fact]
    public async Task UninstallRemovesWhatInstallWroteAndNothingElse()
    {
        await Run("install");
        await Run("install", "--name", "other");
        string logo = _folder.Write("share/jupyter/kernels/other/logo-64x64.png", "");
        Assert.Equal((0, $"Removed: {Path.GetDirectoryName(Spec("workbook-csharp"))}\n"), await Run("uninstall"));
        Assert.False(Directory.Exists(Path.GetDirectoryName(Spec("workbook-csharp"))));
        await Run("uninstall", "--name", "other");
        Assert.True(File.Exists(logo));
        Assert.False(File.Exists(Spec("other")));
    }

    [Theory]
    [InlineData("""{"argv": ["dotnet", "interactive", "jupyter", "{connection_file}"], "display_name": ".NET (C#)", "language": "C#"}""")]
    [InlineData("not JSON")]
    public async Task AnotherKernelOfTheNameIsLeftAlone(string content)
    {
        string spec = _folder.Write("share/jupyter/kernels/.net-csharp/kernel.json", content);
        Assert.Contains($"error: {spec} is another kernel's", (await Run("install", "--name", ".net-csharp")).Output, StringComparison.Ordinal);
        Assert.Contains($"error: {spec} is another kernel's", (await Run("uninstall", "--name", ".net-csharp")).Output, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(spec));
    }

    [Fact]
    public async Task WhatCannotBeDoneIsRefused()
    {
        Assert.Contains("There is no kernel \"workbook-csharp\" to remove", (await Run("uninstall")).Output, StringComparison.Ordinal);
        Assert.Contains("cannot be a kernel's name", (await Run("install", "--name", "../evil")).Output, StringComparison.Ordinal);
        Assert.Contains("cannot be a kernel's name", (await Run("install", "--name", "..")).Output, StringComparison.Ordinal);
        Assert.Contains("exclude each other", (await Run("install", "--system")).Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["share"]));
    }

    private async Task<(int ExitCode, string Output)> Run(string command, params string[] options)
    {
        (int exitCode, string output, string error) = await BuiltProgram.Run(_folder.Path, ["kernel", command, "--prefix", _folder.Path, .. options]);
        return (exitCode, (output + error).ReplaceLineEndings("\n"));
    }
}
