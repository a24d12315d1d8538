using DeepClustering.Data;
using DeepClustering.Graphs;
using DeepClustering.Likelihoods;
using DeepClustering.Models;
using DeepClustering.Networks;
using static TorchSharp.torch;

namespace DeepClustering.Training;

/// <summary>One run of a recipe, stage by stage: what <see cref="VadeRecipe.Fit"/> does.</summary>
internal sealed class VadeFitting(VadeRecipe recipe, Dataset data, FitOptions options, CancellationToken cancellation)
{
    private VadeRecipe _recipe = recipe;
    private readonly List<Stage> _stages = [];
    private readonly List<string> _notes = [];

    public VadeFit Run()
    {
        var scaling = options.Scaling ?? Scaling.Fit(data.IsBytes ? ScalingKind.Bytes : ScalingKind.Standardised, data);
        using var rows = Rows(scaling);
        var likelihood = options.Likelihood ?? LikelihoodOf(scaling);
        var architecture = options.Architecture ?? new MultilayerPerceptron { InputSize = data.InputSize, Shape = data.Shape };
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
                Train(Stage.Joint, start.Vade, rows, _recipe.Joint);
                CompareWithTheStart(start, rows);
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
            best?.Vade.Dispose();
            throw;
        }
        finally
        {
            foreach (var start in starts)
            {
                start.WarmUp.Dispose();
                if (start != best)
                {
                    start.Vade.Dispose();
                }
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
    }

    /// <summary>Says whether the trained clusters hold the rows' neighbours together better than those it started from.</summary>
    private void CompareWithTheStart(VadeStart start, Tensor rows)
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
        double before = NeighborInformation.Of(neighbors, [.. some.Select(row => start.Labels[row])]);
        double after = NeighborInformation.Of(neighbors, start.Vade.Predict(sample));
        string what = FormattableString.Invariant($"a row's cluster says {before:F3} nats about its neighbours' clusters at the start, {after:F3} at the end");
        _notes.Add(after >= before ? $"Kept: {what}." : $"Below its own start by a sign without labels: {what}. Compare both before you use either.");
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

    private static ILikelihood LikelihoodOf(Scaling scaling) =>
        scaling is ByteScaling or MinMaxScaling ? new Bernoulli() : new Gaussian(1) { Support = Support.Real };
}
