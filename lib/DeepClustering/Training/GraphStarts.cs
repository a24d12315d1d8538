using System.Text.Json.Serialization;

namespace DeepClustering.Training;

/// <summary>Starts from the neighbour graph of the autoencoder's code (<see cref="Graphs.SpectralClustering"/>): one for each combination of a number of neighbours and a number of eigenvectors.</summary>
/// <remarks>Every setter throws <see cref="ArgumentOutOfRangeException"/> for a value outside the range it states.</remarks>
public sealed record GraphStarts
{
    /// <summary>The numbers of neighbours, k, each at least 1.</summary>
    public IReadOnlyList<int> Neighbors
    {
        get;
        init => field = Require.EachAtLeast(1, value, nameof(Neighbors));
    } = [15];

    /// <summary>How many eigenvectors to use beyond K, each at least 0: with exactly K, small classes are often lost.</summary>
    public IReadOnlyList<int> MoreEigenvectors
    {
        get;
        init => field = Require.EachAtLeast(0, value, nameof(MoreEigenvectors));
    } = [2, 4, 6];

    /// <summary>
    /// How many of the clusterings that differ are tried: those in which a row's cluster says most about the clusters of its ten nearest codes.
    /// Null tries all. Range: at least 1.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Most
    {
        get;
        init => field = value is { } most ? Require.AtLeastOne(most, nameof(Most)) : null;
    }

    /// <summary>
    /// Whether the graphs are of the rows as they are, in model units, instead of the autoencoder's code. Of their clusters, and those of k-means and
    /// a mixture of the rows, one start is made: that in which a row's cluster says most about the clusters of its ten nearest rows.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool OfRows { get; init; }

    /// <summary>Starts that put at least this share of the rows into the same clusters count as one, which is tried once. Range: 0 to 1.</summary>
    public double Same
    {
        get;
        init => field = Require.UnitInterval(value, nameof(Same));
    } = 0.95;
}
