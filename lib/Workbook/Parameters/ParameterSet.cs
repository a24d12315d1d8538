using Workbook.Notebooks;

namespace Workbook.Parameters;

/// <summary>Finds out which parameter is for which notebook.</summary>
internal static class ParameterSet
{
    /// <summary>The parameters of each notebook, in the order of <paramref name="notebooks"/>.</summary>
    /// <remarks>A parameter for one notebook goes before one for all, a later one before an earlier one.</remarks>
    /// <exception cref="ParameterException">No notebook declares a parameter, or a value is seen to be of the wrong type.</exception>
    public static IReadOnlyList<IReadOnlyList<Parameter>> Resolve(
        IReadOnlyList<Notebook> notebooks, IReadOnlyList<Parameter> parameters)
    {
        if (parameters.Count == 0)
        {
            return [.. notebooks.Select(_ => Array.Empty<Parameter>())];
        }
        return Resolve(notebooks, [.. notebooks.Select(ParametersCell.Declared)], parameters);
    }

    /// <summary>The same where it is known already what each notebook declares, which takes a compilation to find out.</summary>
    /// <exception cref="ParameterException">No notebook declares a parameter, or a value is seen to be of the wrong type.</exception>
    public static IReadOnlyList<IReadOnlyList<Parameter>> Resolve(IReadOnlyList<Notebook> notebooks,
        IReadOnlyList<IReadOnlyDictionary<string, Type?>> declared, IReadOnlyList<Parameter> parameters)
    {
        foreach (var parameter in parameters)
        {
            bool known = notebooks.Zip(declared).Any(pair => Fits(parameter, pair.First, pair.Second));
            if (!known && notebooks.Select(notebook => (notebook.Path, Kind: ParametersCell.Unsettable(notebook, parameter.Name)))
                .FirstOrDefault(pair => pair.Kind is not null) is { Kind: { } kind, Path: var path })
            {
                throw new ParameterException($"{parameter.Name} is {kind} in the cell tagged {ParametersCell.Tag} of {path}, and only a variable can be set: " +
                    $"expected a declaration such as var {parameter.Name} = 1;");
            }
            if (!known)
            {
                throw new ParameterException(
                    $"No notebook has the parameter {(parameter.Notebook is null ? "" : parameter.Notebook + ":")}{parameter.Name}. " +
                    $"There is: {Known(notebooks, declared)}.");
            }
        }
        return [.. notebooks.Zip(declared, (notebook, types) => Resolve(notebook, types, parameters))];
    }

    private static Parameter[] Resolve(
        Notebook notebook, IReadOnlyDictionary<string, Type?> types, IReadOnlyList<Parameter> parameters)
    {
        Parameter[] resolved = [.. parameters
            .Where(parameter => Fits(parameter, notebook, types))
            .GroupBy(parameter => parameter.Name, (_, same) => same.OrderBy(parameter => parameter.Notebook is not null).Last())];
        foreach (var parameter in resolved)
        {
            // Where the cell tells the type, a wrong value is refused before any notebook runs.
            if (types[parameter.Name] is { } type)
            {
                ParameterLiteral.Of(parameter, type);
            }
        }
        return resolved;
    }

    private static bool Fits(Parameter parameter, Notebook notebook, IReadOnlyDictionary<string, Type?> types) =>
        (parameter.Notebook is null || string.Equals(parameter.Notebook, notebook.Name, StringComparison.OrdinalIgnoreCase))
        && types.ContainsKey(parameter.Name);

    private static string Known(IReadOnlyList<Notebook> notebooks, IReadOnlyList<IReadOnlyDictionary<string, Type?>> declared)
    {
        string[] known = [.. notebooks.Zip(declared, (notebook, types) => types.Keys.Select(name => $"{notebook.Name}:{name}")).SelectMany(names => names)];
        return known.Length > 0 ? string.Join(", ", known)
            : notebooks.Any(notebook => notebook.Cells.Any(ParametersCell.IsParameters)) ? $"none (the cell tagged {ParametersCell.Tag} declares no variable)"
            : $"none (no notebook has a cell tagged {ParametersCell.Tag})";
    }
}
