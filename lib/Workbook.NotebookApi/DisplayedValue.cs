using Workbook.Execution;

namespace Microsoft.DotNet.Interactive;

/// <summary>An output that was shown and can be replaced.</summary>
public sealed class DisplayedValue
{
    private readonly string _displayId;
    private readonly CellScope _scope;

    internal DisplayedValue(string displayId, IReadOnlyCollection<string> mimeTypes, CellScope scope)
    {
        _displayId = displayId;
        MimeTypes = mimeTypes;
        _scope = scope;
    }

    /// <summary>The MIME types it was shown as; an update is shown as the same.</summary>
    public IReadOnlyCollection<string> MimeTypes { get; }

    /// <summary>Replaces the output, also from a later cell.</summary>
    /// <param name="updatedValue">What to show in its place.</param>
    public void Update(object? updatedValue) => (CellScope.Current ?? _scope)
        .Publish(new DisplayUpdated(_displayId, MimeBundle.Of(updatedValue, [.. MimeTypes])));
}
