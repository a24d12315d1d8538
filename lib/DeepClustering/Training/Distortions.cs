using DeepClustering.Augmentations;
using DeepClustering.Data;
using static TorchSharp.torch;

namespace DeepClustering.Training;

/// <summary>How observations are distorted while an autoencoder restores them and a warm-up holds their clusters, and for which data.</summary>
/// <param name="Name">What notes call it.</param>
/// <param name="Augmentation">Of x′, whose cluster the warm-up holds; for images of 28 × 28 pixels.</param>
/// <param name="Corruption">Of what an autoencoder sees and restores; for images of 28 × 28 pixels.</param>
public sealed record Distortions(string Name, IAugmentation Augmentation, IAugmentation Corruption)
{
    /// <summary>
    /// The most of an image's brightness that may lie within the wide shift of its border, on average: what is cut off there does not come
    /// back. MNIST's digits have 0.011, Fashion-MNIST's garments 0.157.
    /// </summary>
    private const double MostAtTheBorder = 0.03;

    /// <summary>|r| of the adversary over the distance to the tenth neighbour (Hu et al. 2017, section 4.2).</summary>
    private const double RadiusOverDistance = 0.25;

    private const double ProbeOverRadius = 4.0 / 3;

    /// <summary>The same distortions for both.</summary>
    /// <param name="name">What notes call it.</param>
    /// <param name="both">For images of 28 × 28 pixels.</param>
    public Distortions(string name, IAugmentation both)
        : this(name, both, both)
    {
    }

    /// <summary>
    /// For strokes with room around them, such as digits. The autoencoder restores what moves as a whole: from bent strokes it learns a code
    /// in which sevens with a bar come to lie by the twos or nines, and the start goes by it.
    /// </summary>
    public static Distortions Wide { get; } = new(
        "wide",
        new Elastic { Displacement = 1.5, Points = 5, Affine = new() { Rotation = 15, Shift = 3, Stretch = 0.25, Shear = 0.3 } },
        new Affine { Rotation = 15, Shift = 3, Scale = 0.1, Shear = 0.3 });

    /// <summary>
    /// For images that fill their frame, such as garments and photographs: how wide and high a thing is does not say what it is, and would
    /// otherwise decide (high heels and ankle boots in one cluster, flat sandals in another).
    /// </summary>
    public static Distortions Stretching { get; } = new("stretching", new Affine { Rotation = 3, Shift = 1, Stretch = 0.3 });

    /// <summary>For rows whose values have no neighbours.</summary>
    public static Distortions Masking { get; } = new("masking", new FeatureMasking(0.1));

    /// <summary>Chooses for the data, without labels.</summary>
    /// <param name="rows">Observations in model units, (N, D), floats; some thousands are enough. They stay the caller's.</param>
    /// <param name="shape">What the rows are images of; null for vectors.</param>
    /// <returns>The distortions, and why in a sentence.</returns>
    public static (Distortions Chosen, string Why) For(Tensor rows, ImageShape? shape)
    {
        if (shape is null)
        {
            return (Masking, "The rows are no images: a tenth of their values is hidden at a time.");
        }
        double scale = Math.Min(shape.Height, shape.Width) / (double)Mnist.Side;
        double share = ShareAtTheBorder(rows, shape, (int)Math.Ceiling(((Affine)Wide.Corruption).Shift * scale));
        var chosen = share <= MostAtTheBorder ? Wide : Stretching;
        var scaled = new Distortions(chosen.Name, Scaled(chosen.Augmentation, scale), Scaled(chosen.Corruption, scale));
        return (scaled, FormattableString.Invariant(
            $"Distortions: {chosen.Name}, because {share:P1} of the brightness lies where wide ones would cut it off at the border (at most {MostAtTheBorder:P0} for wide ones)."));
    }

    /// <summary>The lengths of an adversary's moves for the data: a quarter of the mean distance to the tenth neighbour.</summary>
    /// <param name="rows">Observations in model units, (N, D), floats; some thousands are enough.</param>
    /// <param name="adversary">Whose lengths are to change.</param>
    internal static Losses.VirtualAdversary Scaled(Tensor rows, Losses.VirtualAdversary adversary)
    {
        double radius = Math.Max(RadiusOverDistance * TenthDistance(rows), 1e-6);
        return adversary with { Radius = radius, Probe = ProbeOverRadius * radius };
    }

    /// <summary>The same for images of another size: what is stated in pixels grows with it.</summary>
    private static IAugmentation Scaled(IAugmentation stated, double scale)
    {
        Affine Moved(Affine affine) => affine with { Shift = affine.Shift * scale };
        return stated switch
        {
            Elastic elastic => elastic with { Displacement = elastic.Displacement * scale, Affine = Moved(elastic.Affine) },
            Affine affine => Moved(affine),
            _ => stated,
        };
    }

    private static double TenthDistance(Tensor rows)
    {
        const int queries = 500, tenth = 10;
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var some = rows.index_select(0, tensor(EvenlySpaced.Indices((int)rows.shape[0], queries), int64));
        var nearest = cdist(some, rows).topk((int)Math.Min(tenth + 1, rows.shape[0]), largest: false).values;   // the row itself is the first
        return nearest.select(1, -1).mean().item<float>();
    }

    private static double ShareAtTheBorder(Tensor rows, ImageShape shape, int width)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var brightness = rows.abs().reshape(-1, shape.Channels, shape.Height, shape.Width);
        if (shape.Height <= 2 * width || shape.Width <= 2 * width)
        {
            return 1;
        }
        var inner = brightness.narrow(2, width, shape.Height - 2 * width).narrow(3, width, shape.Width - 2 * width);
        double all = brightness.sum(float64).item<double>();
        return all == 0 ? 0 : 1 - inner.sum(float64).item<double>() / all;
    }
}
