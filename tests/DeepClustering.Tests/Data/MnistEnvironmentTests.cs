using DeepClustering.Data;
using Xunit;

namespace DeepClustering.Tests.Data;

/// <summary>Alone in the process while it changes the environment.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class ChangesEnvironment;

[Collection(typeof(ChangesEnvironment))]
public sealed class MnistEnvironmentTests
{
    [Fact]
    public void TheVariableNamesTheFolder()
    {
        using var changed = new ChangedEnvironment(("MNIST_DIR", "/some/folder"));
        Assert.Equal("/some/folder", new MnistOptions().Folder);
        Assert.Equal("mine", new MnistOptions { Folder = "mine" }.Folder);
        Assert.Equal("/some/folder", new MnistOptions { Folder = "" }.Folder);
        Assert.Null(new MnistOptions { Folder = null }.Folder);
        Assert.Contains("MNIST_DIR", Assert.Throws<DirectoryNotFoundException>(() => Mnist.Load()).Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public void WithoutTheVariableThereIsNoFolder(string? value)
    {
        using var changed = new ChangedEnvironment(("MNIST_DIR", value));
        Assert.Null(new MnistOptions().Folder);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public void WithoutAHomeTheCacheIsStillAFullPath(string? home)
    {
        using var changed = new ChangedEnvironment(("HOME", home), ("XDG_DATA_HOME", null));
        Assert.True(Path.IsPathFullyQualified(new MnistOptions().CacheFolder));
    }

    /// <summary>Against the true files: only where MNIST_DIR names a folder that has them.</summary>
    [Fact]
    public void TheEmbeddedDigitsAreInTheFullSet()
    {
        Assert.SkipUnless(new MnistOptions().Folder is not null, "MNIST_DIR is not set.");
        var full = Mnist.Load();
        Assert.SkipUnless(full.Name.StartsWith("MNIST", StringComparison.Ordinal), "MNIST_DIR names a folder of another set.");
        Assert.Equal("MNIST 70,000", full.Name);
        Assert.Equal("c2069063c1105f2bf96266aef1ff68c6e13bdda7a54e37bf19c16f1db24efc83", full.Digest);
        Assert.Equal(LabelledImages(full.Take(10_000)), LabelledImages(Mnist.LoadEmbedded()));
    }

    private static IEnumerable<string> LabelledImages(Dataset set) =>
        Enumerable.Range(0, set.Count).Select(i => $"{set.Labels![i]} {Convert.ToHexString(set.Bytes(i))}").Order(StringComparer.Ordinal);

    private sealed class ChangedEnvironment : IDisposable
    {
        private readonly List<(string Name, string? Value)> _before = [];

        public ChangedEnvironment(params (string Name, string? Value)[] variables)
        {
            foreach (var (name, value) in variables)
            {
                _before.Add((name, Environment.GetEnvironmentVariable(name)));
                Environment.SetEnvironmentVariable(name, value);
            }
        }

        public void Dispose() => _before.ForEach(variable => Environment.SetEnvironmentVariable(variable.Name, variable.Value));
    }
}
