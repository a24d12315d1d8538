using System.Globalization;
using System.Text.RegularExpressions;
using DeepClustering.Charts.Output;
using DeepClustering.Data;
using DeepClustering.Hosting;
using DeepClustering.Models;
using DeepClustering.Networks;
using DeepClustering.Runs;
using DeepClustering.Training;
using TorchSharp;
using Xunit;

namespace DeepClustering.Charts.Tests;

/// <summary>All that uses the console, the hook or a trainer is in this one class, whose tests run in turn: the three are the process's own.</summary>
public sealed class TrainingProgressTests : IDisposable
{
    private static readonly Architecture _architecture = new MultilayerPerceptron { InputSize = 4, HiddenWidths = [3], LatentSize = 2 };

    private static readonly Dataset _set = Dataset.FromBytes("tiny", new ImageShape(1, 2, 2), [.. new byte[32]], ClassLabels.Of(new int[8]));

    private readonly torch.Tensor _digits = _set.ToTensor();
    private readonly Vae _vae = new(_architecture);
    private readonly TextWriter _console = Console.Out;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose()
    {
        LiveDisplay.Show = null;
        Console.SetOut(_console);
        _digits.Dispose();
        _vae.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void WithoutALiveDisplayEveryEpochIsALine()
    {
        using var trainer = Trainer(3);
        string[] lines = Lines(trainer);
        Assert.Equal(3, lines.Length);
        Assert.Equal(trainer.History.Select(epoch => epoch.ToString()), lines);
    }

    [Fact]
    public void WhatIsTrainedAlreadyIsSaid()
    {
        using var trainer = Trainer(2);
        Lines(trainer);
        Assert.Equal(["all 2 epochs are trained"], Lines(trainer));
        using var none = Trainer(0);
        Assert.Equal(["Vae: 0 epochs to train"], Lines(none));
        using var run = FirstEpochTrained();
        using var resumed = Trainer(3, run.Stage("training"));
        string[] lines = Lines(resumed);
        Assert.Equal(["Vae: goes on after epoch 1 of 3, trained earlier", .. resumed.History.Skip(1).Select(epoch => epoch.ToString())], lines);
    }

    [Fact]
    public void ALiveDisplayIsOneOutputThatMoves()
    {
        using var trainer = Trainer(3);
        var shown = Live(() => TrainingProgress.Follow(trainer));
        Assert.Equal(["0 of 3", "1 of 3", "2 of 3", "3 of 3"], shown.Select(Bar));
        Assert.DoesNotContain("<svg", shown[0].Html);
        Assert.Equal("epoch 0 of 3", shown[0].Text);
        Assert.Matches("epoch 1 of 3, .* an epoch, about .* left<", shown[1].Html);
        Assert.Equal([1, 2, 3], shown.Skip(1).Select(state => Regex.Match(state.Html, "points=\"([^\"]*)\"").Groups[1].Value.Split(' ').Length));
        Assert.Equal(trainer.History[1].ToString(), shown[2].Text);
        Assert.Matches(@"epoch 3 of 3, .* an epoch, .* in all<", shown[3].Html);
        Assert.Matches($"^{Regex.Escape(trainer.History[2].ToString())}\nepoch 3 of 3, .* in all$", shown[3].Text);
        Assert.DoesNotContain("<script", shown[3].Html);
    }

    [Fact]
    public void EachStageOfAFitIsAnOutputOfItsOwn()
    {
        static Epoch Done(int number, int of) => new(number, of, 10.0 / number, new Dictionary<string, double> { ["part"] = 1 }, 0.5, null);
        void Fit(Action<string, Epoch> progress)
        {
            progress("pretraining", Done(1, 2));
            progress("pretraining", Done(2, 2));
            progress("training", Done(1, 3));
        }
        var outputs = new List<List<string>>();
        LiveDisplay.Show = first =>
        {
            List<string> states = [((INotebookOutput)first).ToHtml()];
            outputs.Add(states);
            return next => states.Add(((INotebookOutput)next).ToHtml());
        };
        Fit(TrainingProgress.OfStages());
        Assert.Equal(["1 of 2, 2 of 2", "1 of 3"], outputs.Select(states => string.Join(", ", states.Select(html => Bar((html, ""))))));
        Assert.Equal(["pretraining", "training"], outputs.Select(states => Regex.Match(states[0], "<div>([a-z]+)</div>").Groups[1].Value));
        LiveDisplay.Show = null;
        using var lines = new StringWriter();
        Console.SetOut(lines);
        Fit(TrainingProgress.OfStages());
        Assert.Equal(3, lines.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.StartsWith("pretraining: epoch   1/2", lines.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void AResumedTrainingBeginsWhereItIs()
    {
        using var run = FirstEpochTrained();
        using var trainer = Trainer(3, run.Stage("training"));
        var shown = Live(() => TrainingProgress.Follow(trainer));
        Assert.Equal(["1 of 3", "2 of 3", "3 of 3"], shown.Select(Bar));
        Assert.All(shown, state => Assert.StartsWith("<div>Vae: goes on after epoch 1 of 3, trained earlier</div>", state.Html));
        Assert.Equal(["3 of 3"], Live(() => TrainingProgress.Follow(trainer)).Select(Bar));
    }

    [Fact]
    public void AnInterruptionIsShownAndThrown()
    {
        using var trainer = Trainer(3);
        try
        {
            var shown = Live(
                () => Assert.Throws<OperationCanceledException>(() => TrainingProgress.Follow(trainer)),
                state => Request(when: state.Html.Contains("value=\"1\"", StringComparison.Ordinal)));
            Assert.Equal(["0 of 3", "1 of 3", "1 of 3"], shown.Select(Bar));
            Assert.Contains("interrupted after epoch 1 of 3, ", shown[^1].Html);
            Assert.Contains("<svg", shown[^1].Html);
            Assert.Contains("\ninterrupted after epoch 1 of 3, ", shown[^1].Text);
        }
        finally
        {
            Interruption.Reset();
        }
    }

    [Fact]
    public void AFailureIsShownAndThrown()
    {
        using (torch.no_grad())
        {
            _vae.parameters().First().fill_(double.NaN);
        }

        using var trainer = Trainer(2);
        var shown = Live(() => Assert.Throws<NotFiniteNumberException>(() => TrainingProgress.Follow(trainer)));
        Assert.Equal(["0 of 2", "0 of 2"], shown.Select(Bar));
        Assert.Contains("failed after epoch 0 of 2, ", shown[^1].Html);
    }

    [Theory]
    [InlineData(0.24, "0.2 s an epoch, about 0.5 s left")]
    [InlineData(12.4, "12 s an epoch, about 25 s left")]
    [InlineData(70, "1 min 10 s an epoch, about 2 min 20 s left")]
    [InlineData(4000, "1 h 6 min an epoch, about 2 h 13 min left")]
    public void TheTimeLeftIsThatOfTheEpochsToCome(double pace, string expected) =>
        Assert.Contains($"epoch 1 of 3, {expected}<", Html(View([100], pace: pace)));

    [Fact]
    public void TheCurveSpansTheLosses()
    {
        string html = Html(View([300, -100, 100], of: 5));
        // Higher losses are higher up, and the second of five epochs is a quarter of the way along.
        Assert.Contains("points=\"72,12 171.5,100 271,56\"", html);
        Assert.Contains(">300.00</text>", html);
        Assert.Contains(">-100.00</text>", html);
        Assert.Contains("points=\"72,56\"", Html(View([300])));
    }

    [Fact]
    public void NamesAreEscaped()
    {
        var epoch = new Epoch(1, 2, 1, new Dictionary<string, double> { ["KL <z> & c"] = 1 }, 1, null);
        Assert.Contains("KL &lt;z&gt; &amp; c", Html(View(epoch, "<b>")));
        Assert.StartsWith("<div>&lt;b&gt;</div>", Html(View(epoch, "<b>")));
    }

    private Trainer Trainer(int epochs, ICheckpoints? checkpoints = null) =>
        new(_vae, _digits, new TrainingOptions { Epochs = epochs, BatchSize = 4 }, checkpoints: checkpoints);

    /// <summary>A run of three epochs, of which one was trained earlier.</summary>
    private RunFolder FirstEpochTrained()
    {
        var run = RunFolder.Open(Path.Combine(_folder.FullName, "run"), _set, "plan");
        using var earlier = Trainer(3, run.Stage("training"));
        Assert.Single(earlier.Fit().Take(1));
        return run;
    }

    private static ProgressView View(double[] losses, int of = 3, double pace = 1) => new()
    {
        Heading = "",
        History = [.. losses.Select((loss, index) => new Epoch(index + 1, of, loss, new Dictionary<string, double>(), 1, null))],
        Epochs = of,
        Pace = TimeSpan.FromSeconds(pace),
        Elapsed = TimeSpan.FromSeconds(pace),
    };

    private static ProgressView View(Epoch epoch, string heading) =>
        new() { Heading = heading, History = [epoch], Epochs = epoch.Of, Pace = null, Elapsed = TimeSpan.Zero };

    private static string Html(INotebookOutput view) => view.ToHtml();

    private static string[] Lines(Trainer trainer)
    {
        using var writer = new StringWriter(CultureInfo.InvariantCulture);
        Console.SetOut(writer);
        TrainingProgress.Follow(trainer);
        return writer.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
    }

    private static List<(string Html, string Text)> Live(Action follow, Action<(string Html, string Text)>? seen = null)
    {
        var shown = new List<(string, string)>();
        void Add(object value)
        {
            shown.Add((((INotebookOutput)value).ToHtml(), value.ToString()!));
            seen?.Invoke(shown[^1]);
        }

        LiveDisplay.Show = value =>
        {
            Assert.Empty(shown);
            Add(value);
            return Add;
        };
        follow();
        return shown;
    }

    private static void Request(bool when)
    {
        if (when)
        {
            Interruption.Request();
        }
    }

    private static string Bar((string Html, string Text) state)
    {
        var bar = Regex.Match(state.Html, "<progress value=\"(\\d+)\" max=\"(\\d+)\"");
        return $"{bar.Groups[1]} of {bar.Groups[2]}";
    }
}
