using DeepClustering.Data;
using Xunit;

namespace DeepClustering.Tests.Data;

public sealed class IdxSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Images => _folder.Write(Idx.Gzip(Idx.Images(3, 2, 2, [.. Enumerable.Range(0, 12).Select(i => (byte)i)])));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ReadsImagesAndWhateverLabelsThereAre()
    {
        var set = IdxSource.Read("small", Images, _folder.Write(Idx.Labels(26, 1, 200)));
        Assert.Equal(["1", "26", "200"], set.ClassNames);
        Assert.Equal([1, 0, 2], set.Labels);
        Assert.Equal(new ImageShape(1, 2, 2), set.Shape);
        Assert.Null(IdxSource.Read("small", Images, null).Labels);
    }

    [Fact]
    public void LabelsMustFit()
    {
        AssertRefused("2 labels for 3 images", Idx.Labels(9, 0));
        AssertRefused("label 2 is 3; expected 0..2", Idx.Labels(1, 0, 3));
    }

    private void AssertRefused(string expected, byte[] labels)
    {
        string images = Images, labelFile = _folder.Write(labels);
        string message = Assert.Throws<InvalidDataException>(() => IdxSource.Read("x", images, labelFile, ["0", "1", "2"])).Message;
        Assert.All([images, labelFile, expected], part => Assert.Contains(part, message));
    }
}
