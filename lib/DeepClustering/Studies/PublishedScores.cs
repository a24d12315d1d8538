using DeepClustering.Data;
using Microsoft.Data.Analysis;

namespace DeepClustering.Studies;

/// <summary>Published scores of VAE and VaDE on MNIST's 70,000 digits, to show next to your own.</summary>
/// <remarks>The study does not say for which groups its silhouette and Calinski-Harabasz were computed; they are listed with those of the classes.</remarks>
public static class PublishedScores
{
    /// <summary>Each source with its scores by the names of <see cref="SeedStudy.Scores"/>, with the digits that it gives.</summary>
    private static readonly (string Source, Dictionary<string, string> Scores)[] _columns =
    [
        ("study: VAE", new() { ["silhouette, classes"] = "0.089", ["Calinski-Harabasz, classes"] = "4662.5" }),
        ("study: VaDE", new()
        {
            ["silhouette, classes"] = "0.189", ["Calinski-Harabasz, classes"] = "7623.4", ["accuracy"] = "0.8167", ["V-measure"] = "0.7648",
        }),
        ("paper: VaDE", new() { ["accuracy"] = "0.9446" }),   // Jiang et al. 2017, table 2: the best of several runs
    ];

    /// <summary>Adds the published columns to a table of scores, if they are of the same digits.</summary>
    /// <param name="scores">Of <see cref="SeedStudy.Scores"/>: the first column has the scores' names. It is not changed.</param>
    /// <param name="data">What the runs were trained on.</param>
    /// <returns>A new table; without the published columns unless the data are MNIST's (<see cref="Mnist.IsOwn"/>).</returns>
    public static DataFrame Beside(DataFrame scores, Dataset data)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(data);
        var table = scores.Clone();
        if (Mnist.IsOwn(data))
        {
            string[] names = [.. table.Columns[0].Cast<string>()];
            foreach (var (source, published) in _columns)
            {
                table.Columns.Add(new StringDataFrameColumn(source, names.Select(name => published.GetValueOrDefault(name, ""))));
            }
        }
        return table;
    }
}
