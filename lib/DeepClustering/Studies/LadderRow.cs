namespace DeepClustering.Studies;

/// <summary>The scores of one way to cluster.</summary>
/// <param name="Method">Its name, such as "PCA (50) + k-means".</param>
/// <param name="Accuracy">Share of points in the cluster matched to their class, [0, 1].</param>
/// <param name="VMeasure">NMI with the arithmetic mean, [0, 1].</param>
/// <param name="AdjustedRandIndex">−0.5 to 1; null for a run of an earlier version.</param>
/// <param name="Seconds">From the data to the clusters, the training of a network included.</param>
public sealed record LadderRow(string Method, double Accuracy, double VMeasure, double? AdjustedRandIndex, double Seconds);
