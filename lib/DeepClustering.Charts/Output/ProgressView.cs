using System.Globalization;
using System.Net;
using DeepClustering.Training;

namespace DeepClustering.Charts.Output;

/// <summary>The state of a training at one moment.</summary>
[TypeFormatterSource(typeof(NotebookFormatterSource), PreferredMimeTypes = ["text/html", "text/plain"])]
internal sealed class ProgressView : INotebookOutput
{
    /// <summary>A line about the training as a whole; may be empty.</summary>
    public required string Heading { get; init; }

    /// <summary>The epochs so far.</summary>
    public required IReadOnlyList<Epoch> History { get; init; }

    /// <summary>The number of epochs planned.</summary>
    public required int Epochs { get; init; }

    /// <summary>Mean wall time of the epochs watched so far, monitoring and checkpoints included; null before the first.</summary>
    public required TimeSpan? Pace { get; init; }

    /// <summary>The time since watching began.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>How the training ended early, such as "interrupted"; otherwise empty.</summary>
    public string Ending { get; init; } = "";

    private bool HasEnded => Ending.Length > 0 || History.Count == Epochs;

    /// <summary>The last epoch's line and, once no more epochs follow, how the training ended.</summary>
    public override string ToString()
    {
        string line = History.Count > 0 ? History[^1].ToString() : Status();
        return HasEnded ? $"{line}\n{Status()}" : line;
    }

    string INotebookOutput.ToHtml()
    {
        string heading = Heading.Length > 0 ? $"<div>{WebUtility.HtmlEncode(Heading)}</div>" : "";
        string bar = Text($"<progress value=\"{History.Count}\" max=\"{Math.Max(Epochs, 1)}\" style=\"width:240px;vertical-align:middle\"></progress>");
        string status = $"<div>{bar} {WebUtility.HtmlEncode(Status())}</div>";
        return History.Count == 0 ? heading + status
            : $"{heading}{status}<pre style=\"white-space:pre-wrap\">{WebUtility.HtmlEncode(History[^1].ToString())}</pre>{Curve()}";
    }

    private string Status()
    {
        string ending = Ending.Length > 0 ? $"{Ending} after " : "";
        string pace = Pace is { } mean ? $", {Duration(mean)} an epoch" : "";
        string time = HasEnded ? (Pace is null && Ending.Length == 0 ? "" : $", {Duration(Elapsed)} in all")
            : Pace is { } each ? $", about {Duration(each * (Epochs - History.Count))} left"
            : "";
        return Text($"{ending}epoch {History.Count} of {Epochs}{pace}{time}");
    }

    /// <summary>The loss over all planned epochs, as far as it has got, in the colour of the text around it.</summary>
    private string Curve()
    {
        const double left = 72, right = 470, top = 12, bottom = 100;
        double lowest = History.Min(epoch => epoch.Loss), highest = History.Max(epoch => epoch.Loss);
        double X(Epoch epoch) => left + ((right - left) * (epoch.Number - 1) / Math.Max(Epochs - 1, 1));
        double Y(Epoch epoch) => highest > lowest ? top + ((bottom - top) * (highest - epoch.Loss) / (highest - lowest)) : (top + bottom) / 2;
        string points = string.Join(' ', History.Select(epoch => Text($"{X(epoch):0.#},{Y(epoch):0.#}")));
        string Label(double x, double y, string anchor, FormattableString label) =>
            Text($"<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{Text(label)}</text>");
        // Equal losses, as of a single epoch, need one label only.
        string lowestLabel = highest > lowest ? Label(left - 8, bottom + 4, "end", $"{lowest:F2}") : "";
        string highestLabel = Label(left - 8, highest > lowest ? top + 4 : (top + bottom) / 2 + 4, "end", $"{highest:F2}");
        return Text($"""
            <svg viewBox="0 0 480 130" width="480" style="max-width:100%" font-size="11" fill="currentColor" role="img" aria-label="loss by epoch, from {History[0].Loss:F2} to {History[^1].Loss:F2}">
            <path d="M{left} {top - 6}V{bottom + 6}H{right}" fill="none" stroke="currentColor" opacity="0.4"/>
            <polyline points="{points}" fill="none" stroke="currentColor" stroke-width="1.5"/>
            <circle cx="{X(History[^1]):0.#}" cy="{Y(History[^1]):0.#}" r="3"/>
            {highestLabel}{lowestLabel}{Label(left, bottom + 20, "middle", $"1")}{Label(right, bottom + 20, "end", $"epoch {Epochs}")}
            </svg>
            """);
    }

    private static string Duration(TimeSpan time) =>
        time.TotalSeconds < 9.95 ? Text($"{time.TotalSeconds:F1} s")
        : time.TotalSeconds < 59.5 ? Text($"{time.TotalSeconds:F0} s")
        : time.TotalMinutes < 60 ? Text($"{(int)time.TotalMinutes} min {time.Seconds} s")
        : Text($"{(int)time.TotalHours} h {time.Minutes} min");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
