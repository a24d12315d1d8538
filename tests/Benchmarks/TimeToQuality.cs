using System.CommandLine;
using System.Globalization;
using DeepClustering.Data;
using DeepClustering.Runs;
using DeepClustering.Studies;
using DeepClustering.Training;
using Plotly.NET.CSharp;
using Spectre.Console;
using Chart = Plotly.NET.CSharp.Chart;
using StyleParam = Plotly.NET.StyleParam;

namespace Benchmarks;

/// <summary>How long saved runs trained until they were as good as asked for, and as good as they became.</summary>
/// <remarks>
/// Seconds are those of the training steps of every stage, starts that were left included, by the runs' histories; what lies between
/// the stages (the start's graph or mixture, scores) is not in them.
/// </remarks>
internal static class TimeToQuality
{
    /// <summary>So near to the final accuracy counts as it.</summary>
    private const double Near = 0.001;

    /// <summary>The command: a table, and a picture where a file is named.</summary>
    public static Command Command()
    {
        Argument<string[]> runs = new("runs") { Description = "Folders of VaDE runs that were monitored by labels.", Arity = ArgumentArity.OneOrMore };
        Option<string?> vae = new("--vae") { Description = "Folder of a VAE's run on the same digits: the ladder's rows are computed beside the runs." };
        Option<double> target = new("--target") { Description = "The accuracy asked for.", DefaultValueFactory = _ => 0.95 };
        Option<string?> picture = new("--picture") { Description = "PNG to write accuracy over seconds to." };
        Command command = new("quality", "Seconds of training until a target and until the final accuracy, of saved runs.") { runs, vae, target, picture };
        command.SetAction(parse => Run(
            [.. parse.GetRequiredValue(runs).Select(folder => DeepClustering.Runs.Run.Load(folder, "notebooks/vade.ipynb"))],
            parse.GetValue(vae) is { } folder ? DeepClustering.Runs.Run.Load(folder, "notebooks/vae.ipynb") : null,
            parse.GetValue(target), parse.GetValue(picture)));
        return command;
    }

    /// <summary>The accuracy after each epoch that was monitored, but for the starts that were left, over the seconds until its end.</summary>
    internal static IReadOnlyList<(double Seconds, double Accuracy)> Curve(IReadOnlyList<Stage> stages)
    {
        var curve = new List<(double, double)>();
        double seconds = 0;
        foreach (var stage in stages)
        {
            foreach (var epoch in stage.History)
            {
                seconds += epoch.Seconds;
                if (epoch.Accuracy is { } accuracy && stage.Name is Stage.WarmUp or Stage.Joint)
                {
                    curve.Add((seconds, accuracy));
                }
            }
        }
        return curve;
    }

    /// <summary>The first time that an accuracy was reached; null where it never was.</summary>
    internal static double? Until(IReadOnlyList<(double Seconds, double Accuracy)> curve, double accuracy) =>
        curve.Where(point => point.Accuracy >= accuracy).Select(point => (double?)point.Seconds).FirstOrDefault();

    private static void Run(IReadOnlyList<Run> runs, Run? vae, double target, string? picture)
    {
        var curves = runs.Select(run => (Name: Name(run), Run: run, Points: Curve(run.Stages))).ToArray();
        if (curves.FirstOrDefault(curve => curve.Points.Count == 0).Run is { } blind)
        {
            throw new InvalidDataException($"{blind.Folder}: expected a VaDE that was monitored by labels; no epoch has an accuracy.");
        }
        // The runs' own rows come last; with the runs their autoencoders' codes are known, too.
        IReadOnlyList<LadderRow> ladder = vae is null ? [] : [.. Ladder.Climb(Mnist.Load(), vae, runs).SkipLast(runs.Count)];
        Print(curves, ladder, target);
        if (picture is not null)
        {
            File.WriteAllBytes(picture, Draw(curves, ladder, target).Png.ToArray());
        }
    }

    private static string Name(Run run) => FormattableString.Invariant($"{Path.GetFileName(run.Folder)}: VaDE, {run.Recipe}, seed {run.Seed}");

    private static void Print((string Name, Run Run, IReadOnlyList<(double Seconds, double Accuracy)> Points)[] curves, IReadOnlyList<LadderRow> ladder, double target)
    {
        static string Seconds(double? seconds) => seconds?.ToString("F0", CultureInfo.InvariantCulture) ?? "never";
        static string Share(double share) => share.ToString("F4", CultureInfo.InvariantCulture);
        var table = new Table().Title("Seconds of training").AddColumns(
            "", "rows", "threads", FormattableString.Invariant($"until {target}"), "until the final accuracy", "in all", "final accuracy");
        foreach (var (name, run, points) in curves)
        {
            double final = points[^1].Accuracy, all = run.Stages.Sum(stage => stage.History.Sum(epoch => epoch.Seconds));
            table.AddRow(
                name, run.Provenance.Samples.ToString("N0", CultureInfo.InvariantCulture), $"{run.Provenance.Threads}",
                Seconds(Until(points, target)), Seconds(Until(points, final - Near)), Seconds(all), Share(final));
        }
        foreach (var row in ladder)
        {
            table.AddRow(row.Method, "", "", Seconds(row.Accuracy >= target ? row.Seconds : null), Seconds(row.Seconds), Seconds(row.Seconds), Share(row.Accuracy));
        }
        AnsiConsole.Write(table);
        Console.WriteLine(FormattableString.Invariant($"\"Until the final accuracy\": the first epoch within {Near} of it."));
    }

    private static DeepClustering.Charts.Figure Draw((string Name, Run Run, IReadOnlyList<(double Seconds, double Accuracy)> Points)[] curves, IReadOnlyList<LadderRow> ladder, double target)
    {
        var lines = curves.Select(curve => Chart.Line<double, double, string>(
            curve.Points.Select(point => point.Seconds), curve.Points.Select(point => point.Accuracy), Name: curve.Name));
        var points = ladder.Select(row => Chart.Point<double, double, string>([row.Seconds], [row.Accuracy], Name: row.Method));
        double[] span = [.. curves.SelectMany(curve => curve.Points.Select(point => point.Seconds)).Concat(ladder.Select(row => row.Seconds))];
        var aim = Chart.Line<double, double, string>(
            [span.Min(), span.Max()], [target, target], Name: FormattableString.Invariant($"{target}"), LineDash: StyleParam.DrawingStyle.Dash);
        var chart = Chart.Combine([.. lines, .. points, aim])
            .WithXAxisStyle<double, double, string>(TitleText: "seconds of training", AxisType: span.Max() > 20 * span.Min() ? StyleParam.AxisType.Log : StyleParam.AxisType.Linear)
            .WithYAxisStyle<double, double, string>(TitleText: "accuracy")
            .WithSize(1000, 480);
        return DeepClustering.Charts.Figure.Of(Plotly.NET.Chart.withTitle("Time to quality", null).Invoke(chart));
    }
}
