using System.Diagnostics;
using DeepClustering.Charts.Output;
using DeepClustering.Hosting;
using DeepClustering.Training;

namespace DeepClustering.Charts;

/// <summary>Shows the progress of a training while it runs.</summary>
public static class TrainingProgress
{
    /// <summary>Trains the remaining epochs and shows the progress.</summary>
    /// <remarks>
    /// Where <see cref="LiveDisplay"/> can replace what is shown: one output with a progress bar, the time left and the curve
    /// of the loss, renewed after every epoch. Elsewhere: one line per epoch on the console.
    /// </remarks>
    /// <param name="trainer">It stays the caller's; <see cref="Trainer.History"/> has the epochs.</param>
    /// <exception cref="OperationCanceledException">Training was interrupted; what is shown says after which epoch.</exception>
    /// <exception cref="NotFiniteNumberException">As <see cref="Trainer.Fit"/> throws it.</exception>
    /// <exception cref="IOException">A checkpoint could not be saved.</exception>
    public static void Follow(Trainer trainer)
    {
        string heading = Heading(trainer);
        if (LiveDisplay.Show is { } show)
        {
            Renew(trainer, heading, show);
        }
        else
        {
            WriteLines(trainer, heading);
        }
    }

    /// <summary>What to give <see cref="FitOptions.Progress"/>: shows the progress of each stage of a fit.</summary>
    /// <returns>A function to call after every epoch with the name of its stage.</returns>
    public static Action<string, Epoch> OfStages()
    {
        List<Epoch> history = [];
        Action<object>? update = null;
        string? current = null;
        var clock = new Stopwatch();
        return (stage, epoch) =>
        {
            // Starts take turns: one that comes again goes on where it was left.
            if (stage != current)
            {
                (current, history, update) = (stage, [], null);
                clock.Restart();
            }
            history.Add(epoch);
            if (LiveDisplay.Show is not { } show)
            {
                Console.WriteLine($"{stage}: {epoch}");
                return;
            }
            var view = new ProgressView
            {
                Heading = stage,
                History = [.. history],
                Epochs = epoch.Of,
                Pace = history.Count > 1 ? clock.Elapsed / (history.Count - 1) : null,
                Elapsed = clock.Elapsed,
            };
            if (update is null)
            {
                update = show(view);
            }
            else
            {
                update(view);
            }
        };
    }

    /// <summary>What the coming epochs do not show: that there are earlier ones, or that none are left.</summary>
    private static string Heading(Trainer trainer)
    {
        bool nothingLeft = trainer.History.Count == trainer.Options.Epochs;
        return nothingLeft && trainer.History.Count > trainer.ResumedFrom ? $"all {trainer.Options.Epochs} epochs are trained"
            : nothingLeft || trainer.ResumedFrom > 0 ? trainer.ToString()
            : "";
    }

    private static void Renew(Trainer trainer, string heading, Func<object, Action<object>> show)
    {
        var clock = Stopwatch.StartNew();
        TimeSpan? pace = null;
        ProgressView View(string ending = "") => new()
        {
            Heading = heading,
            History = [.. trainer.History],
            Epochs = trainer.Options.Epochs,
            Pace = pace,
            Elapsed = clock.Elapsed,
            Ending = ending,
        };
        var update = show(View());
        try
        {
            // Counted here: with checkpoints, a training that continues may first go back.
            int trained = 0;
            foreach (var _ in trainer.Fit())
            {
                pace = clock.Elapsed / ++trained;
                update(View());
            }
        }
        catch (Exception e)
        {
            update(View(e is OperationCanceledException ? "interrupted" : "failed"));
            throw;
        }
    }

    private static void WriteLines(Trainer trainer, string heading)
    {
        if (heading.Length > 0)
        {
            Console.WriteLine(heading);
        }

        foreach (var epoch in trainer.Fit())
        {
            Console.WriteLine(epoch);
        }
    }
}
