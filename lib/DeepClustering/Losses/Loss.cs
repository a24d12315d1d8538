using static TorchSharp.torch;

namespace DeepClustering.Losses;

/// <summary>A loss as the sum of its named parts, each a scalar in nats, averaged over the batch.</summary>
public sealed record Loss
{
    /// <param name="parts">At least one; scalars of one dtype.</param>
    public Loss(params (string Name, Tensor Value)[] parts)
    {
        Parts = parts;
        Total = parts.Skip(1).Aggregate(parts[0].Value, (sum, part) => sum + part.Value);
    }

    /// <summary>The sum of the parts, what is differentiated.</summary>
    public Tensor Total { get; }

    /// <summary>The parts in the order of the equation.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> Parts { get; }

    /// <summary>Hands the tensors to the dispose scope around the current one.</summary>
    internal Loss MoveToOuterDisposeScope()
    {
        foreach (var (_, value) in Parts)
        {
            value.MoveToOuterDisposeScope();
        }
        if (Parts.Count > 1)
        {
            Total.MoveToOuterDisposeScope();
        }
        return this;
    }
}
