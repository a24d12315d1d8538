using CsCheck;
using DeepClustering.Metrics;
using Xunit;

namespace DeepClustering.Tests.Metrics;

public sealed class LinearAssignmentTests
{
    [Fact]
    public void TotalsEqualScipy()
    {
        Assert.All(Fixture.Assignments, reference =>
        {
            double[,] costs = Rectangular(reference.Costs);
            Assert.Equal(reference.Total, Total(costs, LinearAssignment.Minimize(costs)), 5e-10);
        });
    }

    [Fact]
    public void NoAssignmentIsCheaper()
    {
        // Small integers for ties, reals for none; all shapes from 1 x 1 to 6 x 6.
        var cost = Gen.OneOf(Gen.Int[-3, 3].Select(i => (double)i), Gen.Double[-10, 10]);
        Gen.Select(Gen.Int[1, 6], Gen.Int[1, 6])
            .SelectMany((rows, columns) => cost.Array2D[rows, columns])
            .Sample(costs => Math.Abs(Total(costs, LinearAssignment.Minimize(costs)) - BruteForce(costs, 0, [])) < 1e-9, iter: 500);
    }

    [Fact]
    public void EachSideIsUsedOnce()
    {
        Gen.Select(Gen.Int[1, 9], Gen.Int[1, 9])
            .SelectMany((rows, columns) => Gen.Double[-10, 10].Array2D[rows, columns])
            .Sample(costs =>
            {
                int[] chosen = LinearAssignment.Minimize(costs).OfType<int>().ToArray();
                Assert.Equal(Math.Min(costs.GetLength(0), costs.GetLength(1)), chosen.Distinct().Count());
                Assert.Equal(chosen.Length, chosen.Distinct().Count());
            }, iter: 300);
    }

    [Fact]
    public void LeftoverRowsGetNothing()
    {
        Assert.Equal([null, 0, 1], LinearAssignment.Minimize(new double[,] { { 9, 9 }, { 1, 5 }, { 5, 1 } }));
        Assert.Equal([null, null], LinearAssignment.Minimize(new double[2, 0]));
        Assert.Empty(LinearAssignment.Minimize(new double[0, 3]));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void CostsMustBeFinite(double bad)
    {
        var error = Assert.Throws<ArgumentException>("costs", () => LinearAssignment.Minimize(new double[,] { { 1, 2 }, { 3, bad } }));
        Assert.Contains("row 1, column 1", error.Message, StringComparison.Ordinal);
    }

    private static double Total(double[,] costs, int?[] columnOf) =>
        columnOf.Select((column, row) => column is int j ? costs[row, j] : 0).Sum();

    /// <summary>Least cost of rows row.. with the columns not yet used; leaves as few rows out as the shape allows.</summary>
    private static double BruteForce(double[,] costs, int row, HashSet<int> used)
    {
        var (rows, columns) = (costs.GetLength(0), costs.GetLength(1));
        if (row == rows)
        {
            return 0;
        }
        bool mayLeaveOut = rows - row > columns - used.Count;
        double best = mayLeaveOut ? BruteForce(costs, row + 1, used) : double.PositiveInfinity;
        for (int column = 0; column < columns; column++)
        {
            if (used.Add(column))
            {
                best = Math.Min(best, costs[row, column] + BruteForce(costs, row + 1, used));
                used.Remove(column);
            }
        }

        return best;
    }

    private static double[,] Rectangular(double[][] rows)
    {
        double[,] costs = new double[rows.Length, rows[0].Length];
        for (int i = 0; i < rows.Length; i++)
        {
            for (int j = 0; j < rows[i].Length; j++)
            {
                costs[i, j] = rows[i][j];
            }
        }

        return costs;
    }
}
