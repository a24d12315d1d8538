using DeepClustering.Data;
using DeepClustering.Graphs;
using DeepClustering.Models;
using DeepClustering.Networks;
using static TorchSharp.torch;

namespace DeepClustering.Training;

/// <summary>One run of a recipe, stage by stage: what <see cref="VadeRecipe.Fit"/> does.</summary>
internal sealed class VadeFitting(VadeRecipe recipe, Dataset data, FitOptions options, CancellationToken cancellation)
{
    /// <summary>By what share an earlier model's sign has to be higher than the last one's to be taken.</summary>
    private const double ClearlyBetter = 0.02;

    private VadeRecipe _recipe = recipe;
    private readonly List<Stage> _stages = [];
    private readonly List<string> _notes = [];

    public static void RequireRows(Dataset data, int clusters)
    {
        if (data.Count < clusters)
        {
            throw new ArgumentException($"{data.Name}: expected at least as many rows as clusters, {clusters}; found {data.Count}.", nameof(data));
        }
    }

    public VadeFit Run()
    {
        var scaling = options.Scaling ?? Scaling.SuitedTo(data);
        using var rows = Rows(scaling);
        var likelihood = options.Likelihood ?? LikelihoodChoice.For(scaling);
        var architecture = options.Architecture ?? MultilayerPerceptron.For(data);
        (_recipe, string why) = _recipe.ChosenFor(data, scaling, architecture.Shape);
        if (why.Length > 0)
        {
            _notes.Add(why);
        }
        var autoencoder = _recipe.NewAutoencoder(architecture, likelihood);
        try
        {
            Train(Stage.Pretraining, autoencoder, rows, _recipe.Pretraining);
            ChooseClusters(autoencoder, rows);
            var start = BestStart(autoencoder, rows);
            try
            {
                using var atStart = start.AtStart;
                using var warmedUp = new Snapshot(start.Vade);
                Train(Stage.Joint, start.Vade, rows, _recipe.Joint);
                KeepTheBest(start, warmedUp, rows);
            }
            catch
            {
                start.Vade.Dispose();
                throw;
            }
            return new()
            {
                Model = start.Vade,
                Autoencoder = autoencoder,
                Recipe = _recipe,
                Scaling = scaling,
                Stages = _stages,
                Notes = _notes,
                StartAccuracy = start.MixtureAccuracy,
            };
        }
        catch
        {
            autoencoder.Dispose();
            throw;
        }
    }

    /// <summary>The whole warm-up of the best start; the caller disposes its model, its trainer is disposed.</summary>
    private VadeStart BestStart(Autoencoder autoencoder, Tensor rows)
    {
        var starts = _recipe.StartsFrom(autoencoder, rows, options.MonitorLabels, options.Checkpoints);
        VadeStart? best = null;
        try
        {
            best = _recipe.Choose(starts, start => Report(Stage.Start(start.Number)), cancellation);
            best.Try(_recipe.WarmUp.Epochs, Report(Stage.WarmUp), cancellation);
        }
        catch
        {
            best?.Dispose();
            throw;
        }
        finally
        {
            best?.WarmUp.Dispose();
            foreach (var start in starts.Where(start => start != best))
            {
                start.Dispose();
            }
        }
        _stages.AddRange(starts.Where(start => start != best).Select(start => new Stage(Stage.Left(start.Number), start.WarmUp.Options, start.WarmUp.History)));
        _stages.Add(new(Stage.WarmUp, best.WarmUp.Options, best.WarmUp.History));
        if (starts.Count > 1)
        {
            _notes.Add($"Of {starts.Count} starts number {best.Number} goes on, whose added term was the lowest: {best}.");
        }
        return best;
    }

    private void ChooseClusters(Autoencoder autoencoder, Tensor rows)
    {
        if (options.Clusters > 0 || options.ChooseClusters is not { } choose)
        {
            return;
        }
        using var codes = autoencoder.Encode(rows);
        _recipe = _recipe with { Mixture = _recipe.Mixture with { Components = choose(codes) } };
        RequireRows(data, _recipe.Mixture.Components);
    }

    /// <summary>
    /// Says whether the trained clusters hold the rows' neighbours together as well as those it started from, and goes back to an earlier model
    /// where training made that clearly worse.
    /// </summary>
    private void KeepTheBest(VadeStart start, Snapshot warmedUp, Tensor rows)
    {
        const int most = 5_000, nearest = 10;
        if (data.Count <= nearest)
        {
            return;
        }
        using var scope = NewDisposeScope();
        int[] some = EvenlySpaced.Indices(data.Count, most);
        var sample = rows.index_select(0, tensor(some, int64));
        var neighbors = NearestNeighbors.Find(sample.to_type(ScalarType.Float32), nearest);
        // Images are taken to come in classes of about one size, rows of a table in any.
        Func<NearestNeighbors, IReadOnlyList<int>, double> sign = _recipe.Graph is { OfRows: true } ? NeighborInformation.ShareOf : NeighborInformation.Of;
        string unit = _recipe.Graph is { OfRows: true } ? "of what there is to say" : "nats";
        double before = sign(neighbors, [.. some.Select(row => start.Labels[row])]);
        double Now() => sign(neighbors, start.Vade.Predict(sample));
        double after = Now();
        using var end = new Snapshot(start.Vade);
        var (kept, value, what) = (end, after, "");
        foreach (var (earlier, name) in new[] { (warmedUp, "after the warm-up"), (start.AtStart, "at its start") })
        {
            earlier.Restore(start.Vade);
            if (Now() is var then && then > Math.Max(value, (1 + ClearlyBetter) * after))
            {
                (kept, value, what) = (earlier, then, name);
            }
        }
        kept.Restore(start.Vade);
        string said = FormattableString.Invariant($"a row's cluster says {before:F3} {unit} about its neighbours' clusters at the start, {after:F3} at the end");
        _notes.Add(
            kept != end ? FormattableString.Invariant($"Taken as it was {what}, because what came then made the clusters worse by a sign without labels: {said}, {value:F3} {what}.")
            : after >= before ? $"Kept: {said}."
            : (1 + ClearlyBetter) * after >= before ? $"Kept, all but: {said}."
            : $"Below its own start by a sign without labels: {said}. Compare both before you use either.");
    }

    private void Train(string stage, LatentModel model, Tensor rows, TrainingOptions how)
    {
        using var trainer = new Trainer(model, rows, how, model is Vade ? options.MonitorLabels : null, options.Checkpoints?.Invoke(stage));
        foreach (var epoch in trainer.Fit(cancellation))
        {
            options.Progress?.Invoke(stage, epoch);
        }
        _stages.Add(new(stage, trainer.Options, trainer.History));
    }

    private Action<Epoch>? Report(string stage) => options.Progress is { } progress ? epoch => progress(stage, epoch) : null;

    /// <summary>Bytes stay bytes where that is what the model does with them anyway: a quarter of the memory.</summary>
    private Tensor Rows(Scaling scaling)
    {
        var rows = data.ToTensor();
        if (data.IsBytes && scaling is ByteScaling)
        {
            return rows;
        }
        using (rows)
        {
            return scaling.Apply(rows);
        }
    }
}
