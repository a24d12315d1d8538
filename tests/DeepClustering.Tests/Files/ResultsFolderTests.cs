using DeepClustering.Data;
using DeepClustering.Files;
using DeepClustering.Runs;
using SkiaSharp;
using Xunit;

namespace DeepClustering.Tests.Files;

public sealed class ResultsFolderTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("results-").FullName;

    private string Output => Path.Combine(_root, "output");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static Assignment Row(string id, int cluster, double? unusualness = 0.5) =>
        new(id, cluster, [.. Enumerable.Range(0, 2).Select(c => c == cluster ? 0.75f : 0.25f)], 1.5f, 12.25f, unusualness);

    private string[] Written() => [.. Directory.EnumerateFiles(Output, "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Output, path).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    [Fact]
    public void TheTableHasEveryColumnAndQuotesWhatNeedsQuotes()
    {
        string path = Path.Combine(_root, "a.csv");
        AssignmentsFile.Write(path, [Row("plain", 0), Row("a,b \"c\"\nd", 1, null)]);
        Assert.Equal(
            "id,cluster,responsibility,responsibility 0,responsibility 1,negative bound,unusualness\n" +
            "plain,0,0.75,0.75,0.25,12.25,0.5\n" +
            "\"a,b \"\"c\"\"\nd\",1,0.75,0.25,0.75,12.25,\n",
            File.ReadAllText(path).ReplaceLineEndings("\n"));
        var read = TableSource.Read(path, new() { Id = "id", Labels = "cluster", Exclude = ["unusualness"] });
        Assert.Equal(["plain", "a,b \"c\"\nd"], read.RowNames!.Select(name => name.Trim('"').Replace("\"\"", "\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void ImagesAreCopiedIntoFoldersAClusterUnderNamesThatLeadNowhere()
    {
        string images = Directory.CreateDirectory(Path.Combine(_root, "images")).FullName;
        Directory.CreateDirectory(Path.Combine(images, "sub"));
        byte[] png = Pictures.Encode(2, 2, SKColors.Red);
        string[] names = ["a.png", "sub/a.png", "<b>\u0007.png", "..png", "con.png", ".hidden.png", "sub_a.png"];
        Array.ForEach(names, name => File.WriteAllBytes(Path.Combine(images, name), png));
        ResultsFolder.Write(Output, [.. names.Select((name, i) => Row(name, i == 0 ? 0 : 1))], new Dictionary<int, ReadOnlyMemory<byte>> { [1] = png }, images);

        string[] written = Written();
        Assert.Equal(names.Length + 3, written.Length);
        string[] expected = ["assignments.csv", "cluster-1.png", "results.json", "images/cluster-0/a.png", "images/cluster-1/sub_a.png", "images/cluster-1/sub_a-2.png"];
        Assert.Empty(expected.Except(written));
        Assert.All(written.Where(path => path.StartsWith("images/", StringComparison.Ordinal)), path => Assert.Null(RunName.Problem(Path.GetFileName(path))));
        Assert.All(names, name => Assert.True(File.Exists(Path.Combine(images, name))));
    }

    [Theory]
    [InlineData("../outside.png")]
    [InlineData("/etc/passwd")]
    [InlineData("missing.png")]
    [InlineData("")]
    public void ARowThatIsNoImageOfTheFolderIsRefusedAndLeavesNothing(string id)
    {
        string images = Directory.CreateDirectory(Path.Combine(_root, "images")).FullName;
        File.WriteAllBytes(Path.Combine(_root, "outside.png"), Pictures.Encode(2, 2, SKColors.Red));
        Assert.Throws<InvalidDataException>(() => ResultsFolder.Write(Output, [Row(id, 0)], null, images));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Output));
    }

    [Fact]
    public void EarlierResultsAreReplacedAndNothingElseIsTouched()
    {
        string images = Directory.CreateDirectory(Path.Combine(_root, "images")).FullName;
        byte[] png = Pictures.Encode(2, 2, SKColors.Red);
        File.WriteAllBytes(Path.Combine(images, "a.png"), png);
        ResultsFolder.Write(Output, [Row("a.png", 1)], new Dictionary<int, ReadOnlyMemory<byte>> { [1] = png }, images);
        File.WriteAllText(Path.Combine(Output, "images", "cluster-1", "mine.txt"), "mine");

        ResultsFolder.Write(Output, [Row("a.png", 0)], new Dictionary<int, ReadOnlyMemory<byte>> { [0] = png }, images);
        Assert.Equal(["assignments.csv", "cluster-0.png", "images/cluster-0/a.png", "images/cluster-1/mine.txt", "results.json"], Written());
    }

    [Fact]
    public void AFolderThatIsSomeoneElsesStaysAsItWas()
    {
        Directory.CreateDirectory(Output);
        File.WriteAllText(Path.Combine(Output, "assignments.csv"), "mine");
        string message = Assert.Throws<InvalidDataException>(() => ResultsFolder.Write(Output, [Row("a", 0)])).Message;
        Assert.Contains("assignments.csv and no earlier results", message, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(Path.Combine(Output, "assignments.csv")));

        File.WriteAllText(Path.Combine(Output, "results.json"), """{"Files": ["../../elsewhere"]}""");
        Assert.Contains("is no name of a result", Assert.Throws<InvalidDataException>(() => ResultsFolder.Write(Output, [Row("a", 0)])).Message, StringComparison.Ordinal);
        Assert.Throws<IOException>(() => ResultsFolder.Require(Path.Combine(Output, "assignments.csv")));
    }

    [Fact]
    public void ALinkInTheFolderIsNotFollowed()
    {
        string images = Directory.CreateDirectory(Path.Combine(_root, "images")).FullName;
        File.WriteAllBytes(Path.Combine(images, "a.png"), Pictures.Encode(2, 2, SKColors.Red));
        ResultsFolder.Write(Output, [Row("a.png", 0)]);
        string elsewhere = Directory.CreateDirectory(Path.Combine(_root, "elsewhere")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(Output, "images"), elsewhere);
        Assert.Throws<IOException>(() => ResultsFolder.Write(Output, [Row("a.png", 0)], null, images));
        Assert.Empty(Directory.EnumerateFileSystemEntries(elsewhere));
    }

    [Fact]
    public void WrittenImagesAreReadAgainAsTheyWere()
    {
        foreach (int channels in new[] { 1, 3 })
        {
            var shape = new ImageShape(channels, 3, 2);
            var images = Dataset.FromBytes("images", shape, [.. Enumerable.Range(0, 4 * shape.Size).Select(i => (byte)(i * 7 % 256))], ClassLabels.Of(["b", "a", "b", "a"]));
            string folder = Path.Combine(_root, $"{channels}");
            ImageFolder.Write(images, folder);
            var read = Datasets.Open(folder, new() { Labels = DataOptions.Subfolders });
            Assert.Equal(["a/000001.png", "a/000003.png", "b/000000.png", "b/000002.png"], read.RowNames);
            Assert.Equal(shape, read.Shape);
            Assert.Equal(new[] { 1, 3, 0, 2 }.SelectMany(i => images.Bytes(i).ToArray()), Enumerable.Range(0, 4).SelectMany(i => read.Bytes(i).ToArray()));
            Assert.Throws<IOException>(() => ImageFolder.Write(images, folder));
        }
    }
}
