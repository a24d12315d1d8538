using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Exactness;

/// <summary>A few points at any distance from zero and of any scale: grouped, with duplicates and outliers.</summary>
/// <param name="Points">(N, D).</param>
/// <param name="Labels">The group of each point, 0 to K − 1, each with a point.</param>
/// <param name="Single">Whether every coordinate is a float32.</param>
internal sealed record ExactCase(double[][] Points, int[] Labels, bool Single)
{
    public int Clusters => Labels.Max() + 1;

    public int Dimensions => Points[0].Length;

    /// <summary>How many cases a property is tried on, EXACT_CASES in the long form, and from which seed, EXACT_SEED.</summary>
    public static void Sample(Action<ExactCase> property)
    {
        int cases = Setting("EXACT_CASES", 150), seed = Setting("EXACT_SEED", 1);
        for (int i = 0; i < cases; i++)
        {
            var made = Make(unchecked((seed * 1_000_003) + i));
            try
            {
                property(made);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Case {i} of seed {seed}: {made}", e);
            }
        }
        TestContext.Current.SendDiagnosticMessage($"{cases} cases (seed {seed})");
    }

    public Tensor ToTensor(bool single = false) =>
        tensor(Points.SelectMany(point => point).ToArray()).reshape(Points.Length, Dimensions).to(single ? float32 : float64);

    public override string ToString() =>
        $"[{string.Join(", ", Points.Select(point => $"({string.Join(", ", point.Select(x => x.ToString("r")))})"))}], labels [{string.Join(", ", Labels)}]";

    /// <summary>Shifts to 10¹², spreads from 10⁻⁹ to 10¹² (but not below the last digits of the shift), groups up to 10⁶ spreads apart, outliers 10⁹ off.</summary>
    private static ExactCase Make(int seed)
    {
        var random = new Random(seed);
        int n = random.Next(5, 13), d = random.Next(1, 4), k = random.Next(2, Math.Min(4, n - 1) + 1);
        double shift = random.Next(2) == 0 ? 0 : Math.Pow(10, random.Next(-3, 13)) * (random.Next(2) == 0 ? 1 : -1);
        double spread = Math.Max(Math.Pow(10, random.Next(-9, 13)), Math.Abs(shift) * 1e-13), apart = spread * Math.Pow(10, random.Next(0, 7));
        bool whole = random.Next(4) == 0, single = random.Next(3) == 0;
        double Number(double scale) => whole ? random.Next(-9, 10) * scale : (2 * random.NextDouble() - 1) * scale;
        double[][] centres = Enumerable.Range(0, k).Select(_ => Enumerable.Range(0, d).Select(_ => shift + Number(apart)).ToArray()).ToArray();
        int[] labels = [.. Enumerable.Range(0, n).Select(i => i < k ? i : random.Next(k))];
        double[][] points = labels.Select(label => centres[label].Select(centre => centre + Number(spread)).ToArray()).ToArray();
        if (random.Next(3) == 0)
        {
            points[n - 1] = [.. points[0]];
        }
        if (random.Next(4) == 0)
        {
            points[n - 2][0] += spread * Math.Pow(10, random.Next(3, 10));
        }
        if (single)
        {
            points = [.. points.Select(point => Array.ConvertAll(point, x => (double)(float)x))];
        }
        return new ExactCase(points, labels, single);
    }

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : otherwise;
}
