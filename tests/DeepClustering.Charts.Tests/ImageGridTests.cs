using DeepClustering.Charts.Output;
using TorchSharp;
using Xunit;

namespace DeepClustering.Charts.Tests;

public sealed class ImageGridTests
{
    [Fact]
    public void EveryPixelIsWhereItBelongs()
    {
        // Three pictures of 2 × 3 pixels, two in a row, each pixel enlarged to 2 × 2.
        byte[] bytes = [.. Enumerable.Range(1, 18).Select(i => (byte)(i * 10))];
        using var images = torch.tensor(bytes, dtype: torch.uint8).reshape(3, 6);
        var grid = ImageGrid.From(images, columns: 2, shape: new(1, 2, 3), scale: 2);
        using var picture = Pictures.Decode(grid.Png);
        Assert.Equal((2 * 6 + ImageGrid.Gap, 2 * 4 + ImageGrid.Gap), (picture.Width, picture.Height));
        for (int y = 0; y < picture.Height; y++)
        {
            for (int x = 0; x < picture.Width; x++)
            {
                var color = picture.GetPixel(x, y);
                byte expected = Expected(x, y, bytes);
                Assert.Equal((expected, expected, expected), (color.Red, color.Green, color.Blue));
            }
        }

        Assert.Equal("3 pictures, 2 × 2", grid.ToString());
    }

    [Fact]
    public void IntensitiesBecomeBytes()
    {
        using var images = torch.tensor(new[,] { { 0f, 0.5f, 1f, 100 / 255f } });
        using var picture = Pictures.Decode(ImageGrid.From(images, shape: new(1, 1, 4), scale: 1).Png);
        Assert.Equal([0, 128, 255, 100], picture.Pixels.Select(color => (int)color.Red));
    }

    [Fact]
    public void EveryChannelOfAColourPictureIsWhereItBelongs()
    {
        // Two pictures of 3 × 32 × 32 below each other: red grows to the right, green downwards, blue tells the pictures apart.
        byte[] Plane(Func<int, int, int> value) => [.. Enumerable.Range(0, 32 * 32).Select(i => (byte)value(i / 32, i % 32))];
        byte[] bytes = [.. Enumerable.Range(0, 2).SelectMany(n => new[] { Plane((_, x) => x * 8), Plane((y, _) => y * 8), Plane((_, _) => n * 200) }).SelectMany(plane => plane)];
        using var images = torch.tensor(bytes, dtype: torch.uint8).reshape(2, 3 * 32 * 32);
        var grid = ImageGrid.From(images, columns: 1, shape: new(3, 32, 32), scale: 3);
        using var picture = Pictures.Decode(grid.Png);
        Assert.Equal((96, 2 * 96 + ImageGrid.Gap), (picture.Width, picture.Height));
        foreach (var (n, y, x) in from n in Enumerable.Range(0, 2) from y in Enumerable.Range(0, 96) from x in Enumerable.Range(0, 96) select (n, y, x))
        {
            var color = picture.GetPixel(x, n * (96 + ImageGrid.Gap) + y);
            Assert.Equal((x / 3 * 8, y / 3 * 8, n * 200), ((int)color.Red, (int)color.Green, (int)color.Blue));
        }

        Assert.Equal(255, picture.GetPixel(50, 97).Green);
    }

    [Fact]
    public void RowsCarryTheirLabels()
    {
        using var images = torch.zeros(5, 784);
        using var fewer = torch.zeros(2, 784, dtype: torch.float64);
        var grid = ImageGrid.Rows([("original", images), ("g", fewer)], caption: "Test digits");
        using var picture = Pictures.Decode(grid.Png);
        using var bare = Pictures.Decode(ImageGrid.From(images, columns: 5).Png);
        Assert.Equal("Test digits\n7 pictures, 2 × 5; rows: original, g", grid.ToString());
        Assert.True(picture.Height > 2 * 56 + ImageGrid.Gap);
        // Black pixels: 7 pictures, and the text where the machine has a font.
        int black = Pictures.Count(picture, color => color.Red == 0);
        Assert.True(Typefaces.Family is null ? black == 7 * 56 * 56 : black > 7 * 56 * 56 && picture.Width > bare.Width + 40);
    }

    [Fact]
    public void ShownAsHtmlTheTextIsEscaped()
    {
        using var images = torch.zeros(1, 784);
        INotebookPicture grid = ImageGrid.Rows([("<script>", images)]);
        Assert.Contains("rows: &lt;script&gt;\"", grid.ToHtml());
        Assert.DoesNotContain("<pre>", PictureHtml.Image(grid, hasText: true));
        Assert.EndsWith("rows: &lt;script&gt;</pre>", PictureHtml.Image(grid, hasText: false));
    }

    [Theory]
    [InlineData(-0.1f)]
    [InlineData(1.1f)]
    [InlineData(float.NaN)]
    public void LogitsAreRefused(float value)
    {
        using var images = torch.zeros(2, 784);
        images[1, 300] = value;
        Assert.Contains("sigmoid", Assert.Throws<ArgumentException>("images", () => ImageGrid.From(images)).Message);
        Assert.Throws<ArgumentException>("rows", () => ImageGrid.Rows([("row", images)]));
    }

    [Fact]
    public void WrongShapesAreRefused()
    {
        using var scope = torch.NewDisposeScope();
        Assert.Contains("(2, 28, 28)", Assert.Throws<ArgumentException>("images", () => ImageGrid.From(torch.zeros(2, 28, 28))).Message);
        Assert.Throws<ArgumentException>("images", () => ImageGrid.From(torch.zeros(0, 784)));
        Assert.Throws<ArgumentException>("images", () => ImageGrid.From(torch.zeros(2, 784, dtype: torch.int32)));
        Assert.Throws<ArgumentException>("rows", () => ImageGrid.Rows([]));
        // No picture is guessed of a table's rows, and none is drawn of two or four channels.
        Assert.Contains("side²", Assert.Throws<ArgumentException>("images", () => ImageGrid.From(torch.zeros(2, 13))).Message);
        Assert.Contains("of 3 × 2 × 2; found (2, 4)", Assert.Throws<ArgumentException>("images", () => ImageGrid.From(torch.zeros(2, 4), shape: new(3, 2, 2))).Message);
        Assert.Contains("found 2 × 2 × 2", Assert.Throws<ArgumentException>("shape", () => ImageGrid.From(torch.zeros(2, 8), shape: new(2, 2, 2))).Message);
        Assert.Throws<ArgumentOutOfRangeException>("columns", () => ImageGrid.From(torch.zeros(2, 784), columns: 0));
        Assert.Throws<ArgumentOutOfRangeException>("scale", () => ImageGrid.From(torch.zeros(2, 784), scale: 0));
    }

    private static byte Expected(int x, int y, byte[] bytes)
    {
        var (column, row) = (x / (6 + ImageGrid.Gap), y / (4 + ImageGrid.Gap));
        var (left, top) = (x % (6 + ImageGrid.Gap), y % (4 + ImageGrid.Gap));
        int image = row * 2 + column;
        return left >= 6 || top >= 4 || image > 2 ? (byte)255 : bytes[image * 6 + top / 2 * 3 + left / 2];
    }
}
