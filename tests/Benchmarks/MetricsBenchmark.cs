using DeepClustering.Data;
using DeepClustering.Metrics;
using DeepClustering.Mixtures;
using static TorchSharp.torch;

namespace Benchmarks;

/// <summary>The metrics and the mixture's fit on points of ten overlapping Gaussians, and the loader on the digits at hand.</summary>
internal sealed class MetricsBenchmark : IDisposable
{
    private const int Components = 10, Dimensions = 10, Iterations = 100;

    private readonly Tensor _points;
    private readonly int[] _labels;
    private readonly GaussianMixture _start;

    public MetricsBenchmark(int count)
    {
        using var scope = NewDisposeScope();
        using var random = new Generator(1);
        var means = 2 * randn([Components, Dimensions], generator: random);
        var labels = randint(0, Components, [count], generator: random);
        _points = (means.index_select(0, labels) + randn([count, Dimensions], generator: random)).DetachFromDisposeScope();
        _labels = [.. labels.data<long>().ToArray().Select(label => (int)label)];
        _start = new GaussianMixture(
            CovarianceType.Diagonal, full(Components, 1.0 / Components, ScalarType.Float64),
            _points.narrow(0, 0, Components).to_type(ScalarType.Float64), ones([Components, Dimensions], ScalarType.Float64));
    }

    /// <summary>(N, 10), float32; owned by this object.</summary>
    public Tensor Points => _points;

    /// <summary>N numbers, which Gaussian each point is from.</summary>
    public IReadOnlyList<int> Labels => _labels;

    /// <summary>What the metrics say of the points, to compare with other programs.</summary>
    public object Values() => new
    {
        Silhouette = Silhouette.Score(_points, _labels),
        CalinskiHarabasz = CalinskiHarabasz.Score(_points, _labels),
        LogLikelihood = Fit(),
    };

    /// <summary>What is measured, in the order of the table.</summary>
    public IReadOnlyList<Func<IEnumerable<(string Name, double Milliseconds)>>> Subjects() =>
    [
        Interleaved.Mean("silhouette, exact", 1, () => Silhouette.Score(_points, _labels)),
        Interleaved.Mean("Calinski-Harabasz", 1, () => CalinskiHarabasz.Score(_points, _labels)),
        Interleaved.Mean($"Gaussian mixture, {Components} components, diagonal, {Iterations} iterations", 1, () => Fit()),
        Interleaved.Mean($"loading {Mnist.Load().Count:N0} digits", 1, () => Mnist.Load(new() { Log = _ => { } })),
    ];

    /// <summary>Writes the points for other programs: points.f32 (N, 10) and labels.i32 (N), little-endian, no header.</summary>
    public void Export(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, "points.f32"), [.. _points.data<float>().ToArray().SelectMany(BitConverter.GetBytes)]);
        File.WriteAllBytes(Path.Combine(folder, "labels.i32"), [.. _labels.SelectMany(BitConverter.GetBytes)]);
    }

    public void Dispose()
    {
        _points.Dispose();
        _start.Dispose();
    }

    private double Fit()
    {
        using var mixture = GaussianMixture.Fit(_points, new() { Components = Components, MaxIterations = Iterations, Tolerance = 0 }, _start);
        return mixture.History[^1];
    }
}
