using System.Globalization;
using DeepClustering.Charts.Output;
using DeepClustering.Embeddings;
using static TorchSharp.torch;

namespace DeepClustering.Charts;

/// <summary>Latent points in the plane, on their two principal components or laid out by t-SNE, coloured by class or cluster.</summary>
public static class LatentSpaceChart
{
    /// <summary>The maximum number of points that show their pictures: more would make the figure megabytes large.</summary>
    public const int MaxPictures = 2_000;

    /// <summary>The maximum size of all pictures together, in bytes, with one byte per value.</summary>
    public const int MaxPictureBytes = 2_000_000;

    private const int EllipseCorners = 64;

    /// <summary>Plots points, and the Gaussians of a mixture over them where one is given.</summary>
    /// <param name="latents">Latent means, (N, D), N ≥ 2, D ≥ 2, floating-point and finite.</param>
    /// <param name="labels">The class or cluster of each of the N points.</param>
    /// <param name="title">The figure's heading.</param>
    /// <param name="grouping">What a label is, for the legend: "class" or "cluster".</param>
    /// <param name="mixture">
    /// Means (K, D) and variances σ² (K, D) of diagonal Gaussians. Each is drawn as its number at the projected mean and
    /// an ellipse at two standard deviations of the projected covariance, which holds 86.5 % of the projected Gaussian.
    /// </param>
    /// <param name="details">What a point shows when the pointer is over it; its picture is included if at most <see cref="MaxPictures"/> points with at most <see cref="MaxPictureBytes"/> are drawn.</param>
    /// <param name="maxPoints">The maximum number of points drawn; the components are computed from all points.</param>
    /// <param name="seed">The seed that chooses the subset to draw.</param>
    /// <returns>The figure. The arguments stay the caller's.</returns>
    /// <exception cref="ArgumentException">Shapes do not fit together, or a value is not finite or a variance negative.</exception>
    public static Figure Plot(
        Tensor latents,
        IReadOnlyList<int> labels,
        string title = "Latent space",
        string grouping = "class",
        (Tensor Means, Tensor Variances)? mixture = null,
        PointDetails? details = null,
        int maxPoints = 5_000,
        int seed = 0)
    {
        Require(latents, labels, details, maxPoints);
        using var scope = NewDisposeScope();
        using var components = PrincipalComponents.Fit(latents);
        var points = Columns(components.Project(latents));
        int[] drawn = Subset(labels.Count, maxPoints, seed);
        var (groups, pictures) = Group(drawn, points, labels, details);
        var (means, ellipses) = mixture is { } gaussians ? ProjectMixture(components, gaussians.Means, gaussians.Variances) : default;
        string[] axisTitles = components.ExplainedVarianceRatio
            .Select((share, i) => string.Create(CultureInfo.InvariantCulture, $"principal component {i + 1} ({100 * share:0.0} % of variance)"))
            .ToArray();

        string json = Build(title, grouping, axisTitles, groups, means, ellipses, pictures);
        string summary = $"{Describe(drawn.Length, labels.Count, grouping, groups)}; {string.Join(", ", axisTitles)}";
        return new Figure(title, mixture is null ? summary : $"{summary}; {means.X.Length} mixture components at 2σ", json, pictures is not null);
    }

    /// <summary>Plots points where t-SNE lays them out (<see cref="Tsne"/>): neighbours stay together, distances between groups mean little.</summary>
    /// <param name="latents">Latent means, (N, D), N ≥ 4, D ≥ 2, float32 or float64 and finite.</param>
    /// <param name="labels">The class or cluster of each of the N points.</param>
    /// <param name="title">The figure's heading.</param>
    /// <param name="grouping">What a label is, for the legend: "class" or "cluster".</param>
    /// <param name="details">What a point shows when the pointer is over it, as in <see cref="Plot"/>.</param>
    /// <param name="maxPoints">The maximum number of points laid out and drawn; the time grows with their square.</param>
    /// <param name="seed">The seed that chooses the subset; with the same number of points, <see cref="Plot"/> draws the same ones.</param>
    /// <param name="options">See <see cref="TsneOptions"/>.</param>
    /// <returns>The figure. The arguments stay the caller's.</returns>
    /// <exception cref="ArgumentException">Shapes do not fit together, or a value is not finite.</exception>
    public static Figure PlotTsne(
        Tensor latents,
        IReadOnlyList<int> labels,
        string title = "Latent space, t-SNE",
        string grouping = "class",
        PointDetails? details = null,
        int maxPoints = MaxPictures,
        int seed = 0,
        TsneOptions? options = null)
    {
        Require(latents, labels, details, maxPoints);
        options ??= new();
        using var scope = NewDisposeScope();
        int[] drawn = Subset(labels.Count, maxPoints, seed);
        var chosen = latents.detach().cpu().index_select(0, tensor(drawn.Select(i => (long)i).ToArray()));
        var layout = Columns(Tsne.Fit(chosen, options));
        var places = drawn.Select((point, place) => (point, place)).ToDictionary(pair => pair.point, pair => pair.place);
        double[] Spread(double[] values) => [.. Enumerable.Range(0, labels.Count).Select(i => places.TryGetValue(i, out int place) ? values[place] : double.NaN)];
        var (groups, pictures) = Group(drawn, (Spread(layout.X), Spread(layout.Y)), labels, details);
        string json = Build(title, grouping, ["t-SNE 1", "t-SNE 2"], groups, default, default, pictures);
        string summary = string.Create(CultureInfo.InvariantCulture,
            $"{Describe(drawn.Length, labels.Count, grouping, groups)}; laid out by t-SNE, perplexity {options.Perplexity}, {options.Iterations} steps, seed {options.Seed}");
        return new Figure(title, summary, json, pictures is not null);
    }

    private static void Require(Tensor latents, IReadOnlyList<int> labels, PointDetails? details, int maxPoints)
    {
        Shapes.RequirePoints(latents, nameof(latents));
        ArgumentOutOfRangeException.ThrowIfLessThan(maxPoints, 1);
        if (latents.shape[1] < 2)
        {
            throw new ArgumentException($"A plane needs at least 2 latent dimensions; found shape {Shapes.Describe(latents)}.", nameof(latents));
        }

        if (labels.Count != latents.shape[0])
        {
            throw new ArgumentException($"Expected one label for each of the {latents.shape[0]} points; found {labels.Count}.", nameof(labels));
        }

        details?.Check(labels.Count, nameof(details));
    }

    private static string Describe(int drawn, int all, string grouping, LabelledPoints[] groups) => string.Create(
        CultureInfo.InvariantCulture, $"{drawn} of {all} points by {grouping} ({groups.Length}: {string.Join(", ", groups.Select(group => group.Name))})");

    /// <summary>The drawn points by label, so that a trace's points and their pictures are neighbours.</summary>
    private static (LabelledPoints[] Groups, PointDetails.PictureSheet? Pictures) Group(
        int[] drawn, (double[] X, double[] Y) points, IReadOnlyList<int> labels, PointDetails? details)
    {
        drawn = [.. drawn.OrderBy(i => labels[i])];
        string[]? lines = details?.Describe(drawn);
        var groups = Enumerable.Range(0, drawn.Length).GroupBy(place => labels[drawn[place]])
            .Select(group => new LabelledPoints(
                group.Key.ToString(CultureInfo.InvariantCulture),
                Pick(points.X, group.Select(place => drawn[place])),
                Pick(points.Y, group.Select(place => drawn[place])),
                lines is null ? [] : [.. group.Select(place => lines[place])],
                group.First()))
            .ToArray();
        return (groups, details?.Pictures(drawn));
    }

    private static string Build(
        string title,
        string grouping,
        string[] axisTitles,
        LabelledPoints[] groups,
        (double[] X, double[] Y) means,
        (double[] X, double[] Y) ellipses,
        PointDetails.PictureSheet? pictures)
    {
        var traces = groups.Select((group, index) => Points(group, Palette.Color(index), pictures is not null)).ToList();
        if (means.X is not null)
        {
            var outlines = FigureJson.Scatter("component, 2σ", "lines", ellipses.X, ellipses.Y);
            outlines["line"] = new { color = "#222222", width = 1.5 };
            var numbers = FigureJson.Scatter("", "markers+text", means.X, means.Y);
            numbers["showlegend"] = false;
            numbers["text"] = means.X.Select((_, k) => k.ToString(CultureInfo.InvariantCulture)).ToArray();
            numbers["textposition"] = "middle center";
            numbers["marker"] = new { color = "#ffffff", size = 18, line = new { color = "#222222", width = 1 } };
            traces.AddRange([outlines, numbers]);
        }

        // One unit has the same length on both axes, so that ellipses keep their shape.
        var yAxis = FigureJson.Axis(axisTitles[1]);
        yAxis["scaleanchor"] = "x";
        var legend = new Dictionary<string, object> { ["title"] = new { text = grouping }, ["itemsizing"] = "constant" };
        return FigureJson.Write(traces, title, height: 600, FigureJson.Axis(axisTitles[0]), yAxis, legend: legend, meta: pictures?.ToMeta());
    }

    private static Dictionary<string, object> Points(LabelledPoints group, string color, bool pictures)
    {
        var trace = FigureJson.Scatter(group.Name, "markers", group.X, group.Y);
        trace["opacity"] = 0.7;
        trace["marker"] = new { color, size = 4 };
        if (group.Lines.Length > 0)
        {
            trace["hovertext"] = group.Lines;
            trace["hoverinfo"] = "text";
        }
        if (pictures)
        {
            // The index of each point's picture.
            trace["customdata"] = Enumerable.Range(group.First, group.X.Length).ToArray();
        }
        return trace;
    }

    private static ((double[] X, double[] Y) Means, (double[] X, double[] Y) Ellipses) ProjectMixture(
        PrincipalComponents components, Tensor means, Tensor variances)
    {
        if (!means.shape.SequenceEqual(variances.shape))
        {
            throw new ArgumentException($"Expected the shape of the means, {Shapes.Describe(means)}; found {Shapes.Describe(variances)}.", nameof(variances));
        }

        if (variances.min().to(float64).item<double>() is < 0 and var least)
        {
            throw new ArgumentException(FormattableString.Invariant($"Expected variances, 0 or more each; found {least:G6}."), nameof(variances));
        }

        var centres = components.Project(means);
        var ellipses = Ellipses(centres, components.ProjectCovariances(variances));
        return (Columns(centres), Columns(ellipses));
    }

    /// <summary>Closed curves at two standard deviations, one after the other with a gap (NaN) after each.</summary>
    /// <param name="centres">(K, 2), float64.</param>
    /// <param name="covariances">(K, 2, 2), float64.</param>
    /// <returns>(K · (corners + 2), 2): m + 2 V √Λ (cos t, sin t)ᵀ for a covariance V Λ Vᵀ.</returns>
    internal static Tensor Ellipses(Tensor centres, Tensor covariances)
    {
        using var scope = NewDisposeScope();
        var angle = linspace(0, 2 * Math.PI, EllipseCorners + 1, dtype: float64);
        var circle = stack([angle.cos(), angle.sin()]);                            // (2, T)
        var (values, vectors) = linalg.eigh(covariances);                          // (K, 2), (K, 2, 2)
        var root = vectors * values.clamp(min: 0).sqrt().unsqueeze(1);             // (K, 2, 2)
        var curves = centres.unsqueeze(1) + 2 * root.matmul(circle).transpose(1, 2);   // (K, T, 2)
        var gap = full([centres.shape[0], 1, 2], double.NaN, dtype: float64);
        return cat([curves, gap], 1).reshape(-1, 2).MoveToOuterDisposeScope();
    }

    private static (double[] X, double[] Y) Columns(Tensor points) => (Column(points, 0), Column(points, 1));

    // Five significant digits are finer than a pixel and keep the figure's JSON small.
    private static double[] Column(Tensor points, int column) =>
        [.. points.select(1, column).contiguous().data<double>().Select(value => double.Parse(value.ToString("G5", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture))];

    private static double[] Pick(double[] values, IEnumerable<int> indices) => [.. indices.Select(i => values[i])];

    private static int[] Subset(int count, int size, int seed)
    {
        int[] indices = Enumerable.Range(0, count).ToArray();
        if (count <= size)
        {
            return indices;
        }

        new Random(seed).Shuffle(indices);
        return indices[..size];
    }

    /// <summary>One trace: the points of a label, what they say of themselves, and where their pictures begin.</summary>
    private sealed record LabelledPoints(string Name, double[] X, double[] Y, string[] Lines, int First);
}
