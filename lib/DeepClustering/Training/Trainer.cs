using System.Diagnostics;
using DeepClustering.Devices;
using DeepClustering.Hosting;
using DeepClustering.Losses;
using DeepClustering.Metrics;
using DeepClustering.Models;
using DeepClustering.Networks;
using DeepClustering.Storage;
using static TorchSharp.torch;

namespace DeepClustering.Training;

/// <summary>Trains a model by Adam (Kingma and Ba 2015), one epoch at a time, as fast as the caller asks for them.</summary>
/// <remarks>The model and the observations stay the caller's; the trainer owns the optimizer and the data order.</remarks>
public sealed class Trainer : IDisposable
{
    private readonly LatentModel _model;
    private readonly Tensor _observations;
    private readonly IReadOnlyList<int>? _monitorLabels;
    private readonly IReadOnlyList<(FusedAdam Optimizer, double Rate, string[] Names)> _optimizers;
    private readonly Generator _order;
    private readonly BatchPreparation _batches;
    private readonly List<Epoch> _history = [];
    private readonly SharedProcessors _processors;
    private readonly SpacedCheckpoints? _checkpoints;
    private readonly TrainingSubject? _subject;
    private bool _brokenOff;

    /// <param name="model">What to train.</param>
    /// <param name="observations">Observations, (N, D_x): bytes, or floats in model units (<see cref="Data.Scaling.Apply"/>) in the likelihood's support.</param>
    /// <param name="options">Epochs, batch size, learning rate, seed.</param>
    /// <param name="monitorLabels">True classes, N, only to report a VaDE's accuracy after each epoch; training never sees them.</param>
    /// <param name="checkpoints">Where the training's state is kept; the model and the trainer take up the newest one there is. Null keeps none.</param>
    /// <param name="startClusters">The cluster of each row at the start, N, which <see cref="TrainingOptions.StartWeight"/> holds a VaDE to; null has none.</param>
    /// <exception cref="ArgumentException">The observations are not of the model's width, neither bytes nor floats in the likelihood's support, the labels are of another number, or an option is not for such a model.</exception>
    /// <exception cref="InvalidOperationException">A likelihood, network or augmentation could not be loaded again when saved; the message says what to register.</exception>
    /// <exception cref="InvalidDataException">The checkpoints are of another training, or all damaged.</exception>
    public Trainer(
        LatentModel model, Tensor observations, TrainingOptions options, IReadOnlyList<int>? monitorLabels = null, ICheckpoints? checkpoints = null,
        IReadOnlyList<int>? startClusters = null)
    {
        TrainingRequirements.Check(model, observations, options, monitorLabels, startClusters);
        (_model, _observations, _monitorLabels) = (model, observations, monitorLabels);
        Options = options with { Precision = Autocast.Supported(options.Precision) };
        _optimizers = Optimizers(model, options);
        _order = new Generator((ulong)options.Seed);
        _batches = new BatchPreparation(model, observations, options, startClusters);
        _processors = new SharedProcessors(GradientsAreThoseOfOneThread);
        if (checkpoints is not null)
        {
            (_checkpoints, _subject) = (new(checkpoints), TrainingSubject.Of(model, observations, Options));
            Restore();
            ResumedFrom = _history.Count;
        }
    }

    /// <summary>What it was asked to do; the precision is the one that this processor allows.</summary>
    public TrainingOptions Options { get; }

    /// <summary>The epochs so far.</summary>
    public IReadOnlyList<Epoch> History => _history;

    /// <summary>How many of the epochs were there when the trainer was made, trained by an earlier one; 0 without checkpoints.</summary>
    public int ResumedFrom { get; }

    /// <summary>Trains one epoch each time the next element is asked for, until <see cref="TrainingOptions.Epochs"/> are done.</summary>
    /// <remarks>
    /// Stop by leaving the loop; call again to go on. An interruption ends the epoch at the next step. After an epoch a VaDE's
    /// observations are encoded once more, for <see cref="Epoch.Diagnostics"/>; that is not part of <see cref="Epoch.Seconds"/>.
    /// With checkpoints, an epoch that was broken off is trained again from its start; without them, training goes on with the weights as they are.
    /// However the loop ends, the last whole epoch is saved.
    /// </remarks>
    /// <param name="cancellation">Stops training, as <see cref="Interruption"/> does.</param>
    /// <exception cref="OperationCanceledException">Training was interrupted.</exception>
    /// <exception cref="NotFiniteNumberException">A loss, a weight or a VaDE's responsibilities became NaN or infinite; the message says where.</exception>
    /// <exception cref="IOException">A checkpoint could not be saved; the earlier ones are as they were.</exception>
    public IEnumerable<Epoch> Fit(CancellationToken cancellation = default)
    {
        if (_brokenOff)
        {
            Restore();
        }
        if (_checkpoints is { AreNone: true })
        {
            Keep();
        }
        try
        {
            while (_history.Count < Options.Epochs)
            {
                _brokenOff = true;
                _history.Add(RunEpoch(cancellation));
                Keep();
                _brokenOff = false;
                yield return _history[^1];
            }
        }
        finally
        {
            _checkpoints?.SaveKept();
        }
    }

    /// <summary>One line for a log: what is trained, and what of it an earlier trainer has done.</summary>
    public override string ToString() =>
        ResumedFrom == 0 ? $"{_model.GetName()}: {Options.Epochs} epochs to train"
        : ResumedFrom == Options.Epochs ? $"{_model.GetName()}: all {Options.Epochs} epochs were trained earlier"
        : $"{_model.GetName()}: goes on after epoch {ResumedFrom} of {Options.Epochs}, trained earlier";

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (optimizer, _, _) in _optimizers)
        {
            optimizer.Dispose();
        }
        _order.Dispose();
        _batches.Dispose();
        _checkpoints?.Dispose();
    }

    private bool IsFinished => _history.Count == Options.Epochs;

    private void Keep()
    {
        if (_checkpoints is not null)
        {
            using var scope = NewDisposeScope();
            _checkpoints.Keep(State(), isLast: IsFinished);
        }
    }

    private TrainerState State() => new()
    {
        Subject = _subject!,
        History = [.. _history],
        Generators = Generators().ToDictionary(entry => entry.Name, entry => entry.Generator.get_state().bytes.ToArray()),
        Threads = get_num_threads(),
        Weights = _model.state_dict(),
        Moments = IsFinished ? new() : Moments(),
    };

    private void Restore()
    {
        using var scope = NewDisposeScope();
        if (_checkpoints?.Latest(_subject!) is not { } state)
        {
            return;
        }
        _history.Clear();
        _history.AddRange(state.History);
        Weights.Copy(state.Weights, _model.state_dict(), $"The checkpoint's weights do not fit the model {_model.Architecture}");
        if (!IsFinished)
        {
            Weights.Copy(state.Moments, Moments(), $"The checkpoint's moments do not fit the model {_model.Architecture}");
        }
        foreach (var (name, generator) in Generators())
        {
            generator.set_state(tensor(state.Generators[name]));
        }
        _brokenOff = false;
    }

    /// <summary>All that is random in a training; torch's own is for models outside the library that draw from it.</summary>
    private IEnumerable<(string Name, Generator Generator)> Generators() =>
        [("model", _model.Random), ("order", _order), .. _batches.Generators, ("torch", Generator.Default)];

    private Dictionary<string, Tensor> Moments()
    {
        var moments = from optimizer in _optimizers
                      from parameter in optimizer.Names.Zip(optimizer.Optimizer.Moments)
                      from moment in new[] { ("mean", parameter.Second.Mean), ("square", parameter.Second.Square), ("steps", parameter.Second.Steps) }
                      select (Name: $"{parameter.First}.{moment.Item1}", Value: moment.Item2);
        return moments.ToDictionary(moment => moment.Name, moment => moment.Value);
    }

    private Epoch RunEpoch(CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var clock = Stopwatch.StartNew();
        long count = _observations.shape[0];
        var order = randperm(count, ScalarType.Int64, generator: _order);
        var interruption = Interruption.Token;
        // The values stay tensors until the epoch ends: reading one would wait for it at every step.
        var steps = new List<(Tensor Parts, long Size)>();
        string[] names = [];
        using var sharing = _processors.Begin();
        for (long start = 0; start < count; start += Options.BatchSize)
        {
            cancellation.ThrowIfCancellationRequested();
            interruption.ThrowIfCancellationRequested();
            long size = Math.Min(Options.BatchSize, count - start);
            // The sums over another number of rows may be divided among threads in another way.
            if (size == Options.BatchSize)
            {
                _processors.Adjust();
            }
            else
            {
                _processors.GiveAll();
            }
            double progress = (_history.Count + (double)start / count) / Options.Epochs;
            SetLearningRates(progress);
            steps.Add((Step(order.narrow(0, start, size), progress, out names), size));
        }
        double[] means = Means(steps, names);
        RequireFiniteWeights();
        var parts = names.Zip(means).ToDictionary(pair => pair.First, pair => pair.Second);
        if (Options.FitsPriorAtTheEnd && _history.Count + 1 == Options.Epochs)
        {
            _model.FitPrior(_observations);
        }
        double seconds = clock.Elapsed.TotalSeconds;
        var (accuracy, diagnostics) = Monitor();
        return new Epoch(_history.Count + 1, Options.Epochs, means.Sum(), parts, seconds, accuracy, diagnostics);
    }

    /// <summary>Half a cosine from the learning rates to the final one.</summary>
    /// <param name="progress">The share of all epochs that is done, from 0 to below 1.</param>
    private void SetLearningRates(double progress)
    {
        double final = (Options.FinalLearningRate ?? Options.LearningRate) / Options.LearningRate;
        double share = final + (1 - final) * (1 + Math.Cos(Math.PI * progress)) / 2;
        foreach (var (optimizer, rate, _) in _optimizers)
        {
            optimizer.LearningRate = rate * share;
        }
    }

    /// <summary>One gradient step; returns the loss's parts, (P).</summary>
    private Tensor Step(Tensor indices, double progress, out string[] names)
    {
        using var scope = NewDisposeScope();
        var loss = Backward(indices, progress);
        foreach (var (optimizer, _, _) in _optimizers)
        {
            optimizer.Step();
        }
        names = [.. loss.Parts.Select(part => part.Name)];
        return stack(loss.Parts.Select(part => part.Value.detach())).MoveToOuterDisposeScope();
    }

    /// <summary>The loss of some rows; its gradients are the parameters'.</summary>
    private Loss Backward(Tensor indices, double progress)
    {
        using var products = new Autocast(Options.Precision);
        var loss = _model.Loss(_batches.Prepare(indices, progress));
        ClearGradients();
        loss.Total.backward();
        return loss;
    }

    // Before the backward pass and not after the step: freed at the end of the heap, they would go back to the system and cost page faults.
    private void ClearGradients()
    {
        foreach (var (optimizer, _, _) in _optimizers)
        {
            optimizer.ClearGradients();
        }
    }

    /// <summary>Whether the gradients of the first rows are the same, to the last bit, with one thread and with as many as there are.</summary>
    private bool GradientsAreThoseOfOneThread()
    {
        using var scope = NewDisposeScope();
        var rows = arange(Math.Min(Options.BatchSize, _observations.shape[0]));
        var states = Generators().Select(entry => (entry.Generator, State: entry.Generator.get_state())).ToArray();
        int threads = get_num_threads();
        Tensor[] Gradients(int number)
        {
            set_num_threads(number);
            Backward(rows, progress: 0);
            Array.ForEach(states, entry => entry.Generator.set_state(entry.State));
            return [.. _model.parameters().Select(parameter => parameter.grad).OfType<Tensor>().Select(gradient => gradient.clone())];
        }
        try
        {
            return Gradients(1).Zip(Gradients(threads)).All(pair => pair.First.eq(pair.Second).all().item<bool>());
        }
        finally
        {
            set_num_threads(threads);
            ClearGradients();
        }
    }

    private static (FusedAdam, double, string[])[] Optimizers(LatentModel model, TrainingOptions options)
    {
        double priorRate = options.PriorLearningRate ?? options.LearningRate;
        return [.. from entry in model.named_parameters()
                   group entry by entry.name.StartsWith("prior.", StringComparison.Ordinal) ? priorRate : options.LearningRate into same
                   select (new FusedAdam(same.Select(entry => entry.parameter), same.Key), same.Key, same.Select(entry => entry.name).ToArray())];
    }

    private double[] Means(List<(Tensor Parts, long Size)> steps, string[] names)
    {
        double[] sums = new double[names.Length];
        for (int step = 0; step < steps.Count; step++)
        {
            float[] parts = steps[step].Parts.cpu().data<float>().ToArray();
            for (int part = 0; part < parts.Length; part++)
            {
                if (!float.IsFinite(parts[part]))
                {
                    throw new NotFiniteNumberException(
                        $"Training stopped: {_model.GetName()}'s loss part \"{names[part]}\" became {parts[part]} in epoch {_history.Count + 1}, step {step + 1} of {steps.Count}.", parts[part]);
                }
                sums[part] += parts[part] * (double)steps[step].Size;
            }
        }
        return [.. sums.Select(sum => sum / _observations.shape[0])];
    }

    // The loss is that of the weights before a step, so what the epoch's last step spoilt shows only here.
    private void RequireFiniteWeights()
    {
        if (Weights.NotFinite(_model.state_dict()) is { } broken)
        {
            throw new NotFiniteNumberException(
                $"Training stopped: {_model.GetName()}'s weights \"{broken}\" became NaN or infinite in epoch {_history.Count + 1}.", double.NaN);
        }
    }

    /// <summary>What a VaDE's clustering has come to; the observations are encoded once for both, in the training's precision.</summary>
    private (double? Accuracy, ClusterDiagnostics? Diagnostics) Monitor()
    {
        using var products = new Autocast(Options.Precision);
        if (_model.ClusterResponsibilities(_observations) is not { } responsibilities)
        {
            return default;
        }
        // Finite weights can still be too large for a finite code.
        if (!responsibilities.isfinite().all().item<bool>())
        {
            throw new NotFiniteNumberException(
                $"Training stopped: {_model.GetName()}'s responsibilities became NaN after the last step of epoch {_history.Count + 1}.", double.NaN);
        }
        double? accuracy = _monitorLabels is { } labels ? ClusteringAccuracy.Score(labels, Vade.MostResponsible(responsibilities)).Accuracy : null;
        return (accuracy, ClusterDiagnostics.Of(responsibilities));
    }
}
