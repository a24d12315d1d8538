namespace DeepClustering.Hosting;

/// <summary>How a notebook's host shows a value that is later replaced by another.</summary>
public static class LiveDisplay
{
    /// <summary>Shows a value below the running cell and returns a function that replaces it by another. Null, the default, where shown values cannot be replaced.</summary>
    /// <remarks>The host sets it, once per process. Saved notebooks hold only the last value.</remarks>
    public static Func<object, Action<object>>? Show { get; set; }
}
