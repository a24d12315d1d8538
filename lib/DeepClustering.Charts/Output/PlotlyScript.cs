using System.Reflection;

namespace DeepClustering.Charts.Output;

/// <summary>plotly.js, as Plotly.NET's assembly carries it.</summary>
internal static class PlotlyScript
{
    /// <summary>The source of plotly.js.</summary>
    /// <remarks>None of the assembly's code is run: only that would need its FSharp.Core.</remarks>
    public static string Read()
    {
        var plotly = Assembly.Load("Plotly.NET");
        string resource = plotly.GetManifestResourceNames().Single(name => name.EndsWith(".min.js", StringComparison.Ordinal));
        using var reader = new StreamReader(plotly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }
}
