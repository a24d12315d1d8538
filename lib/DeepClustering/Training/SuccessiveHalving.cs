namespace DeepClustering.Training;

/// <summary>The best of several candidates at little cost: the worse half is left after each round, and rounds grow twice as long.</summary>
/// <remarks>Jamieson and Talwalkar, "Non-stochastic best arm identification and hyperparameter optimization", AISTATS 2016, figure 3.</remarks>
public static class SuccessiveHalving
{
    /// <summary>Chooses.</summary>
    /// <param name="candidates">At least one.</param>
    /// <param name="budget">What each is given by the end of the first round, such as epochs; twice as much by the end of the next. Range: at least 1.</param>
    /// <param name="train">Takes a candidate as far as a budget, what it was given before included.</param>
    /// <param name="loss">What is to be low, after that.</param>
    /// <returns>The last that is left; the only one of one is not trained.</returns>
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
