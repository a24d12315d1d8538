using DeepClustering.Augmentations;
using DeepClustering.Devices;
using DeepClustering.Likelihoods;
using DeepClustering.Losses;
using DeepClustering.Models;
using static TorchSharp.torch;

namespace DeepClustering.Training;

/// <summary>Turns rows of the data into the input of a training step: distorted, partly hidden, or moved, as the options say.</summary>
internal sealed class BatchPreparation : IDisposable
{
    private readonly LatentModel _model;
    private readonly Tensor _rows;
    private readonly TrainingOptions _options;
    private readonly Generator _distortions;
    private readonly Generator? _directions;
    private readonly Tensor? _start;

    /// <param name="model">What is trained.</param>
    /// <param name="rows">All rows, (N, D_x), checked; they stay the caller's.</param>
    /// <param name="options">The options, already checked.</param>
    /// <param name="start">The cluster of each row at the start, N numbers, where the options hold the model to them.</param>
    public BatchPreparation(LatentModel model, Tensor rows, TrainingOptions options, IReadOnlyList<int>? start)
    {
        (_model, _rows, _options) = (model, rows, options);
        _start = options.StartWeight > 0 ? tensor([.. start!.Select(cluster => (long)cluster)], device: rows.device).DetachFromDisposeScope() : null;
        _distortions = new Generator((ulong)RandomStreams.Seed(options.Seed, "distortions"));
        _directions = options.Adversary is null ? null : new Generator((ulong)RandomStreams.Seed(options.Seed, "directions"));
    }

    /// <summary>Its sources of randomness by name.</summary>
    public IEnumerable<(string Name, Generator Generator)> Generators =>
        _directions is null ? [("distortions", _distortions)] : [("distortions", _distortions), ("directions", _directions)];

    /// <summary>The batch made of some rows.</summary>
    /// <param name="indices">Indices of the rows, (B), int64.</param>
    /// <param name="progress">The share of the training that is done, 0 to below 1.</param>
    /// <returns>Its tensors belong to the dispose scope around the call.</returns>
    public TrainingBatch Prepare(Tensor indices, double progress)
    {
        var rows = _model.Trusted(_rows.index_select(0, indices.to(_rows.device)));
        var x = _options.Augmentation is { } augmentation ? Distorted(rows, augmentation) : rows;
        double share = _options.AddedTermsFadeOut ? (1 + Math.Cos(Math.PI * progress)) / 2 : 1;
        return new TrainingBatch(x)
        {
            Seen = Seen(x),
            Augmented = _options.SelfAugmentation is { } added
                ? (added.Augmentation.Apply(x, _model.Architecture.Shape, _distortions), added with { Weight = share * added.Weight }) : null,
            Start = _start is null ? null
                : (_start.index_select(0, indices.to(_start.device)), _options.StartWeight * (1 + Math.Cos(Math.PI * progress)) / 2),
            Adversary = _options.Adversary is { } adversary
                ? (VirtualAdversarialLoss.UnitRows(_directions!.NormalLike(x)), adversary, share * adversary.WeightAt(progress)) : null,
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _distortions.Dispose();
        _directions?.Dispose();
        _start?.Dispose();
    }

    private Tensor Seen(Tensor x)
    {
        var seen = _options.Corruption is { } corruption ? Distorted(x, corruption) : x;
        return _options.InputDropout > 0 ? Dropout(seen) : seen;
    }

    /// <summary>Distorted copies that the loss can be of, as it is of what they were made from.</summary>
    private Tensor Distorted(Tensor x, IAugmentation augmentation)
    {
        using var scope = NewDisposeScope();
        var copies = augmentation.Apply(x, _model.Architecture.Shape, _distortions);
        return (augmentation.StaysInSupport ? copies : _model.Likelihood.Support.Hold(copies)).MoveToOuterDisposeScope();
    }

    /// <summary>Dropout: sets a share of the values to 0 and scales the others up, so that the mean stays the same.</summary>
    private Tensor Dropout(Tensor x)
    {
        using var scope = NewDisposeScope();
        var kept = _distortions.UniformLike(x).ge(_options.InputDropout);
        return (x * kept / (1 - _options.InputDropout)).MoveToOuterDisposeScope();
    }
}
