namespace DeepClustering.Embeddings;

/// <summary>Settings of <see cref="Tsne"/>.</summary>
/// <remarks>Every setter throws <see cref="ArgumentOutOfRangeException"/> for a value outside the range it states.</remarks>
public sealed record TsneOptions
{
    /// <summary>How many neighbours count for a point, softly: two to the power of its conditional distribution's entropy in bits. Range: at least 1; where there are fewer points, (N − 1) / 3 is taken.</summary>
    public double Perplexity
    {
        get;
        init => field = double.IsFinite(value) && value >= 1 ? value
            : throw new ArgumentOutOfRangeException(nameof(Perplexity), value, "Expected a finite number, at least 1.");
    } = 30;

    /// <summary>Steps of gradient descent. Range: at least 1.</summary>
    public int Iterations
    {
        get;
        init => field = Require.AtLeastOne(value, nameof(Iterations));
    } = 750;

    /// <summary>The number of initial steps in which attraction is multiplied by <see cref="Exaggeration"/>, so that clusters form before they get in each other's way. Range: 0 or more.</summary>
    public int ExaggeratedIterations
    {
        get;
        init => field = Require.AtLeast(0, value, nameof(ExaggeratedIterations));
    } = 250;

    /// <summary>The factor that multiplies the attraction in the initial steps. Range: positive.</summary>
    public double Exaggeration
    {
        get;
        init => field = Require.Positive(value, nameof(Exaggeration));
    } = 12;

    /// <summary>The seed of the initial layout.</summary>
    public long Seed { get; init; } = 1;
}
