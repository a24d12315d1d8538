namespace DeepClustering.Charts.Output;

/// <summary>A value that a notebook shows inline.</summary>
/// <remarks><see cref="object.ToString"/> is its plain text.</remarks>
internal interface INotebookOutput
{
    /// <summary>An HTML fragment.</summary>
    string ToHtml();
}

/// <summary>A value that is also a picture.</summary>
internal interface INotebookPicture : INotebookOutput
{
    /// <summary>The encoded PNG.</summary>
    ReadOnlyMemory<byte> Png { get; }
}

/// <summary>Tells a notebook how a type is shown. .NET Interactive finds the attribute by its name alone.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class TypeFormatterSourceAttribute(Type formatterSourceType) : Attribute
{
    public Type FormatterSourceType { get; } = formatterSourceType;

    /// <summary>All of these go out together; without them only text/html would.</summary>
    public string[] PreferredMimeTypes { get; set; } = [];
}

/// <summary>The formatters of every type of this assembly that shows itself.</summary>
internal sealed class NotebookFormatterSource
{
    private readonly NotebookFormatter[] _formatters =
    [
        new("text/html", value => ((INotebookOutput)value).ToHtml()),
        new("text/plain", value => value.ToString()!),
        new("image/png", value => value is INotebookPicture picture ? Convert.ToBase64String(picture.Png.Span) : null),
    ];

    public IEnumerable<object> CreateTypeFormatters() => _formatters;
}

/// <summary>One MIME type of a value; .NET Interactive calls the two members by name.</summary>
internal sealed class NotebookFormatter(string mimeType, Func<object, string?> format)
{
    public string MimeType { get; } = mimeType;

    /// <summary>Writes the value, or returns false when it has no such form.</summary>
    public bool Format(object instance, TextWriter writer)
    {
        if (format(instance) is not { } text)
        {
            return false;
        }

        writer.Write(text);
        return true;
    }
}
