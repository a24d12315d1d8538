namespace DeepClustering.Training;

/// <summary>Finds the best of several candidates at little cost: the worse half is dropped after each round, and each round is twice as long as the last.</summary>
/// <remarks>Jamieson and Talwalkar, "Non-stochastic best arm identification and hyperparameter optimization", AISTATS 2016, figure 3.</remarks>
public static class SuccessiveHalving
{
    /// <summary>Chooses the best candidate.</summary>
    /// <param name="candidates">At least one.</param>
    /// <param name="budget">Each candidate's budget by the end of the first round, for example in epochs; it doubles in every round. Range: at least 1.</param>
    /// <param name="train">Trains a candidate up to a budget, counting what it was given before.</param>
    /// <param name="loss">The candidate's loss after that; lower is better.</param>
    /// <returns>The last remaining candidate; a single candidate is returned untrained.</returns>
    public static T Choose<T>(IReadOnlyList<T> candidates, int budget, Action<T, int> train, Func<T, double> loss)
    {
        ArgumentOutOfRangeException.ThrowIfZero(candidates.Count, nameof(candidates));
        ArgumentOutOfRangeException.ThrowIfLessThan(budget, 1);
        var left = candidates;
        for (; left.Count > 1; budget *= 2)
        {
            foreach (var candidate in left)
            {
                train(candidate, budget);
            }
            left = [.. left.OrderBy(loss).Take((left.Count + 1) / 2)];
        }
        return left[0];
    }
}
