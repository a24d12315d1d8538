namespace DeepClustering.Charts;

/// <summary>How a notebook's host shows a value that another is to take the place of.</summary>
public static class LiveDisplay
{
    /// <summary>Shows a value below the running cell and returns what shows another in its place. Null, the default, where a shown value stays.</summary>
    /// <remarks>The host's to set, once for the process. Saved notebooks hold the last value only.</remarks>
    public static Func<object, Action<object>>? Show { get; set; }
}
