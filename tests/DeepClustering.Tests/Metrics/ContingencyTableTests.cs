using DeepClustering.Metrics;
using Xunit;

namespace DeepClustering.Tests.Metrics;

public sealed class ContingencyTableTests
{
    [Fact]
    public void CountsLikeScikitLearn()
    {
        Assert.All(Fixture.Labellings, reference =>
            Assert.Equal(reference.Contingency, ContingencyTable.Of(reference.Classes, reference.Clusters).Counts));
    }

    [Fact]
    public void RowsAndColumnsAreTheSortedLabels()
    {
        var table = ContingencyTable.Of([7, -3, 7, 7, int.MaxValue], [2, 2, -9, 2, 2]);
        Assert.Equal([-3, 7, int.MaxValue], table.Classes);
        Assert.Equal([-9, 2], table.Clusters);
        Assert.Equal(new int[][] { [0, 1], [1, 2], [0, 1] }, table.Counts);
        Assert.Equal([1, 3, 1], table.ClassTotals);
        Assert.Equal([1, 4], table.ClusterTotals);
        Assert.Equal(5, table.Total);
    }

    [Fact]
    public void DifferingLengthsAreNamed()
    {
        var error = Assert.Throws<ArgumentException>("clusters", () => ContingencyTable.Of([1, 2, 3], [1, 2]));
        Assert.Contains("3 classes and 2 clusters", error.Message, StringComparison.Ordinal);
    }
}
