using System.Numerics;
using Workbook.Notebooks;
using Workbook.Parameters;

namespace Workbook.Sweeping;

/// <summary>The tasks of a sweep: a notebook with every combination of some parameters' values.</summary>
internal static class Sweep
{
    public const int MaximumTasks = 10_000;

    /// <summary>The variable that names the folder a notebook saves its run in, where it declares one.</summary>
    private const string RunName = "runName";

    /// <summary>The Cartesian product of the axes; the last varies fastest.</summary>
    /// <param name="notebook">The notebook that every task runs.</param>
    /// <param name="axes">At least one.</param>
    /// <param name="parameters">The same for all tasks.</param>
    /// <exception cref="ParameterException">
    /// A parameter is unknown, given twice or of the wrong type, there are too many tasks, or two would have one name or run folder.
    /// </exception>
    public static IReadOnlyList<SweepTask> Tasks(
        Notebook notebook, IReadOnlyList<SweepAxis> axes, IReadOnlyList<Parameter> parameters)
    {
        CheckNames(axes, parameters);
        var count = axes.Aggregate(BigInteger.One, (product, axis) => product * axis.Values.Count);
        if (count > MaximumTasks)
        {
            throw new ParameterException($"The sweep would have {count} tasks, expected at most {MaximumTasks}.");
        }

        var declared = ParametersCell.Declared(notebook);
        bool nameRuns = declared.ContainsKey(RunName)
            && !axes.Select(axis => axis.Name).Concat(parameters.Select(parameter => parameter.Name)).Contains(RunName);
        SweepTask[] tasks = [.. Points(axes).Select((point, i) =>
        {
            string name = Name(notebook, point);
            Parameter[] given = [.. point, .. parameters, .. nameRuns ? [new Parameter(null, RunName, name)] : Array.Empty<Parameter>()];
            return new SweepTask(i + 1, name, ParameterSet.Resolve([notebook], [declared], given)[0]);
        })];
        CheckFiles(tasks);
        return tasks;
    }

    private static IEnumerable<IReadOnlyList<Parameter>> Points(IReadOnlyList<SweepAxis> axes) => axes.Aggregate(
        (IEnumerable<IReadOnlyList<Parameter>>)[[]],
        (points, axis) => points.SelectMany(point => axis.Values.Select(
            IReadOnlyList<Parameter> (value) => [.. point, new Parameter(axis.Notebook, axis.Name, value)])));

    private static string Name(Notebook notebook, IReadOnlyList<Parameter> point) =>
        string.Join('-', point.Select(parameter => FileNamePart(parameter.Value)).Prepend(notebook.Name));

    // What is not safe in a file name on every system, or would have to be quoted in a shell, becomes _.
    private static string FileNamePart(string value) =>
        string.Concat(value.Select(c => char.IsLetterOrDigit(c) || c is '.' or '-' or '+' or '_' ? c : '_'));

    private static void CheckNames(IReadOnlyList<SweepAxis> axes, IReadOnlyList<Parameter> parameters)
    {
        if (axes.GroupBy(axis => axis.Name).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new ParameterException($"--over was given {twice.Key} twice; its values can stand in one list: {twice.Key}=1,2.");
        }
        if (axes.FirstOrDefault(axis => parameters.Any(parameter => parameter.Name == axis.Name)) is { } both)
        {
            throw new ParameterException($"{both.Name} was given both by --over and by -p.");
        }
    }

    private static void CheckFiles(SweepTask[] tasks)
    {
        // Some file systems do not tell upper from lower case.
        if (tasks.GroupBy(task => task.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(same => same.Count() > 1) is { } sameName)
        {
            throw new ParameterException($"The tasks {string.Join(" and ", sameName.Take(2).Select(task => task.Number))} would both be named {sameName.Key} " +
                "and write the same files.");
        }
        var sameRun = tasks
            .SelectMany(task => task.Parameters.Where(parameter => parameter.Name == RunName), (task, parameter) => (task, parameter.Value))
            .GroupBy(pair => pair.Value, pair => pair.task, StringComparer.OrdinalIgnoreCase).FirstOrDefault(same => same.Count() > 1);
        if (sameRun is not null)
        {
            throw new ParameterException($"With {RunName}={sameRun.Key}, {sameRun.Count()} tasks would save their runs in one folder, over one another. " +
                $"Leave {RunName} out, and each is given its task's name, such as {sameRun.First().Name}.");
        }
    }
}
