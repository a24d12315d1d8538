namespace DeepClustering.Charts.Output;

/// <summary>Twenty categorical colours: ten strong ones, then their light partners (the "tab20" order of d3 and matplotlib, strong first).</summary>
internal static class Palette
{
    private static readonly string[] _colors =
    [
        "#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#e377c2", "#7f7f7f", "#bcbd22", "#17becf",
        "#aec7e8", "#ffbb78", "#98df8a", "#ff9896", "#c5b0d5", "#c49c94", "#f7b6d2", "#c7c7c7", "#dbdb8d", "#9edae5",
    ];

    /// <summary>The colour of the group at an index ≥ 0; after twenty they begin again.</summary>
    public static string Color(int index) => _colors[index % _colors.Length];
}
