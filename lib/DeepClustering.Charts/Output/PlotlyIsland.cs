using System.Reflection;
using System.Runtime.Loader;

namespace DeepClustering.Charts.Output;

/// <summary>Runs the code that uses Plotly.NET in a second copy of this assembly, in a load context of its own.</summary>
/// <remarks>
/// A notebook kernel brings an FSharp.Core of its own. Some of Plotly.NET's dependencies would be bound to that one and
/// some to the one beside this assembly, and the first chart would end in a MissingMethodException. Inside the island
/// every dependency comes from this assembly's folder. Only types of the base class library may cross the border:
/// everything else has two identities.
/// </remarks>
internal static class PlotlyIsland
{
    private const string PlotlyAssembly = "Plotly.NET";

    private static readonly Lazy<Assembly> _copy = new(() =>
    {
        var path = typeof(PlotlyIsland).Assembly.Location;
        return new FolderContext(Path.GetDirectoryName(path)!).LoadFromAssemblyPath(path);
    });

    /// <summary>Calls the island's copy of a static method.</summary>
    /// <param name="build">A static method of this assembly (not a lambda) that returns figure JSON.</param>
    /// <param name="input">Its argument, made of types of the base class library only.</param>
    public static string Run<T>(Func<T, string> build, T input)
    {
        // Both copies come from the same file, so a method has the same token in both.
        var method = (MethodInfo)_copy.Value.ManifestModule.ResolveMethod(build.Method.MetadataToken)!;
        return method.CreateDelegate<Func<T, string>>()(input);
    }

    /// <summary>The source of plotly.js as it is embedded in Plotly.NET.</summary>
    public static string ReadPlotlyScript()
    {
        var plotly = AssemblyLoadContext.GetLoadContext(_copy.Value)!.LoadFromAssemblyName(new AssemblyName(PlotlyAssembly));
        var resource = plotly.GetManifestResourceNames().Single(name => name.EndsWith(".min.js", StringComparison.Ordinal));
        using var reader = new StreamReader(plotly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }

    private sealed class FolderContext(string folder) : AssemblyLoadContext(nameof(PlotlyIsland))
    {
        protected override Assembly? Load(AssemblyName assemblyName)
        {
            var path = Path.Combine(folder, assemblyName.Name + ".dll");
            return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
        }
    }
}
