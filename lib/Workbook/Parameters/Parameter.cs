namespace Workbook.Parameters;

/// <summary>A value from the command line for a variable of a notebook's parameters cell.</summary>
/// <param name="Notebook">The notebook's name without extension, or null for all that declare the variable.</param>
/// <param name="Name">The variable.</param>
/// <param name="Value">Its value as typed.</param>
internal sealed record Parameter(string? Notebook, string Name, string Value)
{
    /// <summary>Reads <c>name=value</c> or <c>notebook:name=value</c>.</summary>
    /// <exception cref="ParameterException">It is neither.</exception>
    public static Parameter Parse(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        string left = equals < 0 ? "" : text[..equals].Trim();
        int colon = left.IndexOf(':', StringComparison.Ordinal);
        string name = left[(colon + 1)..];
        if (name.Length == 0 || colon == 0)
        {
            throw new ParameterException($"The parameter '{text}' is not of the form name=value or notebook:name=value.");
        }
        return new Parameter(colon < 0 ? null : left[..colon], name, text[(equals + 1)..]);
    }

    /// <summary>The form that <see cref="Parse"/> reads.</summary>
    public override string ToString() => $"{(Notebook is null ? "" : Notebook + ":")}{Name}={Value}";
}
