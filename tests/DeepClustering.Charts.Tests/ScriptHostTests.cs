using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Xunit;

namespace DeepClustering.Charts.Tests;

/// <summary>Charts in hosts that are not the program the library was built for.</summary>
public sealed class ScriptHostTests
{
    private static readonly (string, IReadOnlyList<double>)[] _series = [("loss", [2, 1])];

    [Fact]
    public void WorksBesideAnotherFSharpCore()
    {
        var charts = new KernelContext().LoadFromAssemblyName(typeof(Figure).Assembly.GetName());
        Assert.NotSame(typeof(Figure).Assembly, charts);

        // The trap is real: what runs Plotly.NET's own code fails in this context.
        object figure = Plot(charts);
        var trap = Assert.Throws<TargetInvocationException>(() => figure.GetType().GetMethod(nameof(Figure.ToChart))!.Invoke(figure, null));
        Assert.IsType<TypeLoadException>(trap.InnerException, exactMatch: false);

        Assert.Equal(TrainingCurvesChart.Plot("Training", _series).Json, figure.GetType().GetProperty("Json")!.GetValue(figure));
    }

    [Fact]
    public void OnlyTheFirstFigureOfAProcessBringsPlotly()
    {
        // A copy of the library is a process that has shown nothing yet.
        var charts = new KernelContext().LoadFromAssemblyName(typeof(Figure).Assembly.GetName());
        var write = charts.GetType("DeepClustering.Charts.Output.INotebookOutput")!.GetMethod("ToHtml")!;
        object figure = Plot(charts);
        string first = (string)write.Invoke(figure, null)!;
        string second = (string)write.Invoke(figure, null)!;
        Assert.InRange(first.Length, 3_000_000, 10_000_000);
        Assert.InRange(second.Length, 1_000, 300_000);
        Assert.EndsWith(second, first);
        Assert.StartsWith("<script>(function(define,module,exports){", first);
        // plotly.js itself must not end its script element.
        Assert.Equal(2, first.Split("</script").Length - 1);
    }

    [Fact]
    public async Task AScriptLoadsTheLibraryByPath()
    {
        string path = typeof(Figure).Assembly.Location;
        string json = await CSharpScript.EvaluateAsync<string>(
            $$"""
            #r "{{path}}"
            using DeepClustering.Charts;
            TrainingCurvesChart.Plot("Training", new (string, System.Collections.Generic.IReadOnlyList<double>)[] { ("loss", new[] { 2.0, 1.0 }) }).Json
            """,
            cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(TrainingCurvesChart.Plot("Training", _series).Json, json);
    }

    private static object Plot(Assembly charts) => charts.GetType(typeof(TrainingCurvesChart).FullName!)!
        .GetMethod(nameof(TrainingCurvesChart.Plot))!
        .Invoke(null, ["Training", _series, null, "nats per sample", "share"])!;

    /// <summary>A kernel's context: it has its own FSharp.Core (here an empty one) before the library comes.</summary>
    private sealed class KernelContext : AssemblyLoadContext
    {
        private static readonly string[] _own = ["DeepClustering.Charts", "Plotly.NET", "Plotly.NET.CSharp", "Giraffe.ViewEngine", "DynamicObj"];

        private readonly Assembly _fsharp;

        public KernelContext()
        {
            using var stream = new MemoryStream();
            var compilation = CSharpCompilation.Create(
                "FSharp.Core",
                [CSharpSyntaxTree.ParseText("[assembly: System.Reflection.AssemblyVersion(\"10.1.0.0\")]")],
                [MetadataReference.CreateFromFile(typeof(object).Assembly.Location)],
                new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
            Assert.True(compilation.Emit(stream).Success);
            stream.Position = 0;
            _fsharp = LoadFromStream(stream);
        }

        protected override Assembly? Load(AssemblyName assemblyName) => assemblyName.Name switch
        {
            "FSharp.Core" => _fsharp,
            { } name when _own.Contains(name) => LoadFromAssemblyPath(Path.Combine(AppContext.BaseDirectory, name + ".dll")),
            _ => null,
        };
    }
}
