using DeepClustering.Charts.Output;
using DeepClustering.Mixtures;
using DeepClustering.Runs;
using DeepClustering.Training;
using Microsoft.Data.Analysis;
using static TorchSharp.torch;

namespace DeepClustering.Charts;

/// <summary>How a notebook shows values whose types do not say it themselves.</summary>
public static class NotebookFormatting
{
    private const string FormattingAssembly = "Microsoft.DotNet.Interactive.Formatting";
    private const int MostRows = 20;

    /// <summary>
    /// Shows data frames as tables of their first 20 rows, tensors as shape, dtype and outermost values, runs, recipes and options
    /// as tables of two columns. A formatter that a notebook registers afterwards takes precedence.
    /// </summary>
    /// <remarks>
    /// The workbook's hosts call it; under .NET Interactive a notebook may. It takes the formatting assembly that the process
    /// already has, because a second one would not be the kernel's; in a process without one it does nothing.
    /// </remarks>
    public static void Register()
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
        void Show<T>(Func<T, INotebookOutput> view)
        {
            register(typeof(T), (value, writer) => writer.Write(view((T)value).ToHtml()), "text/html");
            register(typeof(T), (value, writer) => writer.Write(view((T)value).ToString()), "text/plain");
            prefer(typeof(T), ["text/html", "text/plain"]);
        }

        Show<DataFrame>(frame => frame.Columns.Count > 0 ? ResultsTable.Head(frame, MostRows) : new TextPreview("DataFrame without columns"));
        Show<Tensor>(TextPreview.Of);
        Show<Run>(RecordTable.Of);
        Show<VadeRecipe>(RecordTable.Of);
        Show<TrainingOptions>(RecordTable.Of);
        Show<GaussianMixtureOptions>(RecordTable.Of);
    }
}
