using System.Globalization;
using System.Text;
using DeepClustering.Runs;
using DeepClustering.Storage;
using nietras.SeparatedValues;

namespace DeepClustering.Files;

/// <summary>Assignments as a table: id, cluster, largest responsibility, all responsibilities, negative bound, unusualness.</summary>
public static class AssignmentsFile
{
    /// <summary>Writes a CSV file in UTF-8: all of it or nothing. Ids that hold commas, quotes or line ends are quoted (RFC 4180).</summary>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <param name="assignments">A line each, in their order; at least one.</param>
    /// <exception cref="ArgumentException">There are no assignments.</exception>
    /// <exception cref="IOException">The file cannot be written; what was there stays.</exception>
    public static void Write(string path, IReadOnlyList<Assignment> assignments)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(assignments);
        if (assignments.Count == 0)
        {
            throw new ArgumentException("There are no assignments to write.", nameof(assignments));
        }
        Disk.Write(path, file =>
        {
            using var text = new StreamWriter(file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
            using var writer = Sep.New(',').Writer(options => options with { Escape = true, CultureInfo = CultureInfo.InvariantCulture }).To(text);
            foreach (var assignment in assignments)
            {
                Write(writer, assignment);
            }
        });
    }

    private static void Write(SepWriter writer, Assignment assignment)
    {
        using var row = writer.NewRow();
        row["id"].Set(assignment.Id);
        row["cluster"].Format(assignment.Cluster);
        row["responsibility"].Format(assignment.Largest);
        for (int c = 0; c < assignment.Responsibilities.Length; c++)
        {
            row[string.Create(CultureInfo.InvariantCulture, $"responsibility {c}")].Format(assignment.Responsibilities[c]);
        }
        row["negative bound"].Format(assignment.NegativeBound);
        row["unusualness"].Set(assignment.Unusualness?.ToString("0.####", CultureInfo.InvariantCulture) ?? "");
    }
}
