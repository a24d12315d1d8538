namespace DeepClustering.Metrics;

/// <summary>A mean silhouette coefficient estimated from a sample of the points.</summary>
/// <param name="Mean">Mean coefficient of the sample, -1 to 1.</param>
/// <param name="StandardError">Standard deviation of <paramref name="Mean"/> over draws, at least 0; 0 when the sample is all points.</param>
public sealed record SilhouetteEstimate(double Mean, double StandardError);
