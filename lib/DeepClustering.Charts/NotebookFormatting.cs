using DeepClustering.Charts.Output;
using DeepClustering.Mixtures;
using DeepClustering.Runs;
using DeepClustering.Training;
using Microsoft.Data.Analysis;
using Plotly.NET;
using static TorchSharp.torch;

namespace DeepClustering.Charts;

/// <summary>How a notebook shows values whose types do not define it themselves.</summary>
public static class NotebookFormatting
{
    private const string FormattingAssembly = "Microsoft.DotNet.Interactive.Formatting";
    private const int MostRows = 20;

    /// <summary>
    /// Shows data frames as tables of their first 20 rows, tensors as shape, dtype and outermost values, runs, recipes and options
    /// as tables of two columns, and charts of Plotly.NET as <see cref="RegisterCharts"/> says. A formatter that a notebook registers
    /// afterwards takes precedence.
    /// </summary>
    /// <remarks>
    /// The workbook's hosts call this; under .NET Interactive a notebook may. It uses the formatting assembly that the process has
    /// already loaded, because a second one would not be the kernel's; in a process without one it does nothing.
    /// </remarks>
    public static void Register()
    {
        RegisterCharts();
        Show<DataFrame>(frame => frame.Columns.Count > 0 ? ResultsTable.Head(frame, MostRows) : new TextPreview("DataFrame without columns"));
        Show<Tensor>(TextPreview.Of);
        Show<Run>(RecordTable.Of);
        Show<VadeRecipe>(RecordTable.Of);
        Show<TrainingOptions>(RecordTable.Of);
        Show<GaussianMixtureOptions>(RecordTable.Of);
    }

    /// <summary>Shows Plotly.NET charts like a <see cref="Figure"/>: with plotly.js in the page and a static picture.</summary>
    /// <remarks>
    /// <see cref="Register"/> calls this. Call it again after Plotly.NET.Interactive's extension has been loaded, whose formatter
    /// loads plotly.js from a network and has no picture. In a process without .NET Interactive's formatting it does nothing.
    /// </remarks>
    public static void RegisterCharts() => ShowAs<GenericChart>(
        ("text/html", chart => ((INotebookOutput)Figure.Of(chart)).ToHtml()),
        ("image/png", chart => Convert.ToBase64String(Figure.Of(chart).Png.Span)),
        ("text/plain", chart => Figure.Of(chart).ToString()));

    private static void Show<T>(Func<T, INotebookOutput> view) => ShowAs<T>(
        ("text/html", value => view(value).ToHtml()),
        ("text/plain", value => view(value).ToString()!));

    private static void ShowAs<T>(params (string MimeType, Func<T, string> Text)[] forms)
    {
        var formatter = AppDomain.CurrentDomain.GetAssemblies()
            .FirstOrDefault(assembly => assembly.GetName().Name == FormattingAssembly)?.GetType($"{FormattingAssembly}.Formatter");
        if (formatter is null)
        {
            return;
        }

        var register = formatter.GetMethod("Register", [typeof(Type), typeof(Action<object, TextWriter>), typeof(string)])!
            .CreateDelegate<Action<Type, Action<object, TextWriter>, string>>();
        var prefer = formatter.GetMethod("SetPreferredMimeTypesFor", [typeof(Type), typeof(string[])])!.CreateDelegate<Action<Type, string[]>>();
        foreach (var (mimeType, text) in forms)
        {
            register(typeof(T), (value, writer) => writer.Write(text((T)value)), mimeType);
        }

        prefer(typeof(T), [.. forms.Select(form => form.MimeType)]);
    }
}
