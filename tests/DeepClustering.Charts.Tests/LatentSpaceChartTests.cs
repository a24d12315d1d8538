using System.Text.Json;
using SkiaSharp;
using TorchSharp;
using Xunit;

namespace DeepClustering.Charts.Tests;

public sealed class LatentSpaceChartTests
{
    [Fact]
    public void EachLabelIsATraceOfItsPoints()
    {
        using var scope = torch.NewDisposeScope();
        var latents = torch.tensor(new[,] { { 3f, 0 }, { -3, 0 }, { 0, 1 }, { 0, -1 } });
        var figure = LatentSpaceChart.Plot(latents, [7, 2, 7, 2], grouping: "cluster");
        using var json = JsonDocument.Parse(figure.Json);
        var traces = json.RootElement.GetProperty("data");
        Assert.Equal(["2", "7"], traces.EnumerateArray().Select(trace => trace.GetProperty("name").GetString()));
        Assert.Equal("markers", traces[0].GetProperty("mode").GetString());
        Numbers.Close([-3, 0], Values(traces[0], "x"));
        Numbers.Close([0, -1], Values(traces[0], "y"));
        Assert.NotEqual(traces[0].GetProperty("marker").GetProperty("color").GetString(), traces[1].GetProperty("marker").GetProperty("color").GetString());

        var layout = json.RootElement.GetProperty("layout");
        // Variances 18/3 and 2/3.
        Assert.Equal("principal component 1 (90.0 % of variance)", layout.GetProperty("xaxis").GetProperty("title").GetProperty("text").GetString());
        Assert.Equal("principal component 2 (10.0 % of variance)", layout.GetProperty("yaxis").GetProperty("title").GetProperty("text").GetString());
        Assert.Equal("x", layout.GetProperty("yaxis").GetProperty("scaleanchor").GetString());
        Assert.Equal("cluster", layout.GetProperty("legend").GetProperty("title").GetProperty("text").GetString());
        Assert.Contains("4 of 4 points by cluster (2: 2, 7)", figure.Summary);
    }

    [Fact]
    public void OnlySoManyPointsAreDrawn()
    {
        using var scope = torch.NewDisposeScope();
        var latents = torch.arange(200, torch.float64).reshape(100, 2).sin();
        int[] labels = Enumerable.Range(0, 100).Select(i => i % 3).ToArray();
        var figure = LatentSpaceChart.Plot(latents, labels, maxPoints: 30, seed: 5);
        using var json = JsonDocument.Parse(figure.Json);
        Assert.Equal(30, json.RootElement.GetProperty("data").EnumerateArray().Sum(trace => trace.GetProperty("x").GetArrayLength()));
        Assert.Equal(figure.Json, LatentSpaceChart.Plot(latents, labels, maxPoints: 30, seed: 5).Json);
        Assert.NotEqual(figure.Json, LatentSpaceChart.Plot(latents, labels, maxPoints: 30, seed: 6).Json);
    }

    [Fact]
    public void TsneLaysOutTheSameSubset()
    {
        using var scope = torch.NewDisposeScope();
        int[] labels = Enumerable.Range(0, 90).Select(i => i % 3).ToArray();
        var latents = torch.tensor(labels.Select(label => 50.0 * label).ToArray()).unsqueeze(1) + torch.arange(180, torch.float64).reshape(90, 2).sin();
        var figure = LatentSpaceChart.PlotTsne(latents, labels, maxPoints: 60, seed: 5, details: Details(90), options: new() { Iterations = 400 });
        using var json = JsonDocument.Parse(figure.Json);
        using var components = JsonDocument.Parse(LatentSpaceChart.Plot(latents, labels, maxPoints: 60, seed: 5, details: Details(90)).Json);
        var traces = json.RootElement.GetProperty("data").EnumerateArray().ToArray();
        Assert.Equal(["0", "1", "2"], traces.Select(trace => trace.GetProperty("name").GetString()));
        var same = components.RootElement.GetProperty("data").EnumerateArray().ToArray();
        Assert.Equal(same.Select(trace => trace.GetProperty("hovertext").ToString()), traces.Select(trace => trace.GetProperty("hovertext").ToString()));

        // The groups, far apart in the code, lie apart in the plane.
        (double X, double Y)[][] groups = [.. traces.Select(trace => Values(trace, "x").Zip(Values(trace, "y")).ToArray())];
        double Distance((double X, double Y) a, (double X, double Y) b) => Math.Sqrt(Math.Pow(a.X - b.X, 2) + Math.Pow(a.Y - b.Y, 2));
        foreach (var group in groups)
        {
            var others = groups.Where(other => other != group).SelectMany(other => other).ToArray();
            Assert.All(group, point => Assert.True(group.Where(other => other != point).Min(other => Distance(point, other)) < others.Min(other => Distance(point, other))));
        }
        Assert.Contains("60 of 90 points by class (3: 0, 1, 2); laid out by t-SNE, perplexity 30, 400 steps, seed 1", figure.Summary);
        Assert.Throws<ArgumentException>(() => LatentSpaceChart.PlotTsne(latents, [1, 2]));
    }

    private static PointDetails Details(int count) => new(
        torch.zeros([count, 784], torch.uint8), [.. Enumerable.Range(0, count).Select(i => i % 10)],
        torch.tensor(new[] { 0.25f, 0.75f }).expand(count, 2));

    [Fact]
    public void APointSaysWhatItIs()
    {
        using var scope = torch.NewDisposeScope();
        var latents = torch.tensor(new[,] { { 3f, 0 }, { -3, 0 }, { 0, 1 }, { 0, -1 } });
        int[] labels = [7, 2, 7, 2];
        using var json = JsonDocument.Parse(LatentSpaceChart.Plot(latents, labels, details: Details(4)).Json);
        var traces = json.RootElement.GetProperty("data");
        Assert.Equal(
            ["sample 1: class 1, cluster 1 (γ = 0.750)", "sample 3: class 3, cluster 1 (γ = 0.750)"],
            traces[0].GetProperty("hovertext").EnumerateArray().Select(line => line.GetString()));
        // Pictures are counted through all traces.
        Assert.Equal([0, 1], traces[0].GetProperty("customdata").EnumerateArray().Select(n => n.GetInt32()));
        Assert.Equal([2, 3], traces[1].GetProperty("customdata").EnumerateArray().Select(n => n.GetInt32()));
        using var plain = JsonDocument.Parse(LatentSpaceChart.Plot(latents, labels, details: Details(4) with { Responsibilities = null }).Json);
        Assert.Equal("sample 1: class 1", plain.RootElement.GetProperty("data")[0].GetProperty("hovertext")[0].GetString());
    }

    [Fact]
    public void PicturesStandInTheOrderOfTheTracesPoints()
    {
        using var scope = torch.NewDisposeScope();
        var latents = torch.arange(120, torch.float64).reshape(60, 2).sin();
        int[] labels = [.. Enumerable.Range(0, 60).Select(i => i % 2)];
        // Each picture is as bright as its index.
        var images = torch.arange(60, torch.uint8).unsqueeze(1).expand(60, 784).contiguous();
        using var json = JsonDocument.Parse(LatentSpaceChart.Plot(latents, labels, details: new(images, labels)).Json);
        var meta = json.RootElement.GetProperty("layout").GetProperty("meta");
        using var pictures = SKBitmap.Decode(Convert.FromBase64String(meta.GetProperty("pictures").GetString()!.Split(',')[1]));
        int pitch = meta.GetProperty("width").GetInt32() + meta.GetProperty("gap").GetInt32(), inARow = meta.GetProperty("inARow").GetInt32();
        foreach (var trace in json.RootElement.GetProperty("data").EnumerateArray())
        {
            foreach (var (line, n) in trace.GetProperty("hovertext").EnumerateArray().Zip(trace.GetProperty("customdata").EnumerateArray().Select(n => n.GetInt32())))
            {
                byte shown = pictures.GetPixel(n % inARow * pitch + 14, n / inARow * pitch + 14).Red;
                Assert.StartsWith($"sample {shown}:", line.GetString());
            }
        }
    }

    [Fact]
    public void PicturesMayBeColouredAndOfAnySides()
    {
        using var scope = torch.NewDisposeScope();
        // Picture n is n · 10 bright in its second channel and black in the others.
        var images = torch.zeros(6, 3, 4 * 9, dtype: torch.uint8);
        images.select(1, 1).copy_(torch.arange(6, torch.uint8).unsqueeze(1) * 10);
        var details = new PointDetails(images.reshape(6, -1), new int[6], Shape: new(3, 4, 9));
        using var json = JsonDocument.Parse(LatentSpaceChart.Plot(torch.randn(6, 3), new int[6], details: details).Json);
        var meta = json.RootElement.GetProperty("layout").GetProperty("meta");
        Assert.Equal((9, 4), (meta.GetProperty("width").GetInt32(), meta.GetProperty("height").GetInt32()));
        using var pictures = SKBitmap.Decode(Convert.FromBase64String(meta.GetProperty("pictures").GetString()!.Split(',')[1]));
        Assert.Equal(Enumerable.Range(0, 6).Select(n => new SKColor(0, (byte)(n * 10), 0)), Enumerable.Range(0, 6).Select(n => pictures.GetPixel(n * 11 + 8, 3)));
    }

    [Fact]
    public void RowsThatAreNoImagesHaveALineAndNoPicture()
    {
        using var scope = torch.NewDisposeScope();
        var figure = LatentSpaceChart.Plot(torch.randn(6, 3), new int[6], details: new(null, new int[6]));
        Assert.DoesNotContain("pictures", figure.Json);
        Assert.Contains("sample 5: class 0", figure.Json);
    }

    [Fact]
    public void PicturesThatWouldMakeThePageLargeAreLeftOut()
    {
        using var scope = torch.NewDisposeScope();
        const int side = 300, most = LatentSpaceChart.MaxPictureBytes / (side * side);
        string Json(int count) => LatentSpaceChart.Plot(torch.randn(count, 2), new int[count],
            details: new(torch.zeros([count, side * side], torch.uint8), new int[count])).Json;
        Assert.Contains("pictures", Json(most));
        Assert.DoesNotContain("pictures", Json(most + 1));
    }

    [Fact]
    public void MoreThanSoManyPointsHaveNoPictures()
    {
        using var scope = torch.NewDisposeScope();
        const int many = LatentSpaceChart.MaxPictures + 1;
        var latents = torch.randn(many, 2);
        var figure = LatentSpaceChart.Plot(latents, new int[many], details: Details(many));
        Assert.DoesNotContain("pictures", figure.Json);
        Assert.Contains("class 0", figure.Json);
        Assert.Contains("pictures", LatentSpaceChart.Plot(latents, new int[many], details: Details(many), maxPoints: many - 1).Json);
    }

    [Fact]
    public void DetailsOfOtherPointsAreRefused()
    {
        using var scope = torch.NewDisposeScope();
        var latents = torch.randn(5, 2);
        void Refused(PointDetails details, string part) =>
            Assert.Contains(part, Assert.Throws<ArgumentException>(nameof(details), () => LatentSpaceChart.Plot(latents, new int[5], details: details)).Message);
        Refused(Details(4), "Images");
        Refused(Details(5) with { Classes = [1] }, "Classes");
        Refused(Details(5) with { Responsibilities = torch.ones(4, 1) }, "Responsibilities");
    }

    [Fact]
    public void AMixtureIsDrawnAsNumbersAndEllipses()
    {
        using var scope = torch.NewDisposeScope();
        var latents = torch.tensor(new[,] { { 3.0, 0 }, { -3, 0 }, { 0, 1 }, { 0, -1 } });
        var means = torch.tensor(new[,] { { 1.0, 0.5 }, { -1, 0 }, { 0, 0 } });
        var variances = torch.tensor(new[,] { { 4.0, 0.25 }, { 1, 1 }, { 0, 0 } });
        var figure = LatentSpaceChart.Plot(latents, [0, 0, 1, 1], mixture: (means, variances));
        using var json = JsonDocument.Parse(figure.Json);
        var traces = json.RootElement.GetProperty("data");
        Assert.Equal(4, traces.GetArrayLength());
        Assert.Equal(["0", "1", "2"], traces[3].GetProperty("text").EnumerateArray().Select(text => text.GetString()));
        Numbers.Close([1, -1, 0], Values(traces[3], "x"));
        Numbers.Close([0.5, 0, 0], Values(traces[3], "y"));
        Assert.Equal(3, traces[2].GetProperty("x").EnumerateArray().Count(x => x.ValueKind == JsonValueKind.String));
        double[] first = Values(traces[2], "x").TakeWhile(double.IsFinite).ToArray();
        Assert.Equal(5, first.Max(), 1e-3);
        Assert.Equal(-3, first.Min(), 1e-3);
        Assert.EndsWith("3 mixture components at 2σ", figure.Summary);
    }

    [Fact]
    public void AnEllipseLiesAtTwoStandardDeviations()
    {
        using var scope = torch.NewDisposeScope();
        var covariance = torch.tensor(new[,] { { 2.0, 0.6 }, { 0.6, 1.0 } });
        var curve = LatentSpaceChart.Ellipses(torch.tensor(new[,] { { 1.0, -2 } }), covariance.unsqueeze(0));
        var offsets = curve.narrow(0, 0, curve.shape[0] - 1) - torch.tensor(new[] { 1.0, -2 });
        var mahalanobis = (offsets.mm(covariance.inverse()) * offsets).sum(1L);
        Numbers.CloseTensor([.. Enumerable.Repeat(4.0, (int)mahalanobis.shape[0])], mahalanobis);
        // The extent along a coordinate is two marginal standard deviations.
        Assert.Equal(2 * Math.Sqrt(2), offsets.select(1, 0).max().item<double>(), 0.01);
        Numbers.CloseTensor(offsets[0].data<double>().ToArray(), offsets[-1]);
        Assert.True(curve[-1].isnan().all().item<bool>());
    }

    [Fact]
    public void ThePictureShowsThePointsInTheirColors()
    {
        using var scope = torch.NewDisposeScope();
        var figure = LatentSpaceChart.Plot(torch.randn(300, 4), [.. Enumerable.Range(0, 300).Select(i => i % 2)]);
        using var picture = Pictures.Decode(figure.Png);
        Assert.Equal((800, 600), (picture.Width, picture.Height));
        Assert.InRange(Pictures.Count(picture, IsBlue), 300, 10_000);
        Assert.InRange(Pictures.Count(picture, IsOrange), 300, 10_000);
    }

    [Fact]
    public void WrongShapesAreRefused()
    {
        using var scope = torch.NewDisposeScope();
        var latents = torch.randn(4, 2);
        int[] labels = [0, 1, 2, 3];
        Assert.Throws<ArgumentException>("latents", () => LatentSpaceChart.Plot(torch.randn(4, 1), labels));
        Assert.Throws<ArgumentException>("latents", () => LatentSpaceChart.Plot(torch.full([4, 2], float.PositiveInfinity), labels));
        Assert.Throws<ArgumentException>("labels", () => LatentSpaceChart.Plot(latents, [0, 1]));
        Assert.Throws<ArgumentOutOfRangeException>("maxPoints", () => LatentSpaceChart.Plot(latents, labels, maxPoints: 0));
        Assert.Throws<ArgumentException>("points", () => LatentSpaceChart.Plot(latents, labels, mixture: (torch.ones(3, 5), torch.ones(3, 5))));
        Assert.Throws<ArgumentException>("variances", () => LatentSpaceChart.Plot(latents, labels, mixture: (torch.ones(3, 2), torch.ones(2, 2))));
        Assert.Throws<ArgumentException>("variances", () => LatentSpaceChart.Plot(latents, labels, mixture: (torch.ones(3, 2), -torch.ones(3, 2))));
    }

    private static bool IsBlue(SKColor color) => color.Blue > color.Red + 80;

    private static bool IsOrange(SKColor color) => color.Red > color.Blue + 80;

    private static double[] Values(JsonElement trace, string name) =>
        [.. trace.GetProperty(name).EnumerateArray().Select(value => value.ValueKind == JsonValueKind.Number ? value.GetDouble() : double.NaN)];
}
