using System.Text;

namespace Workbook.Terminal;

/// <summary>Makes lines of text that comes in pieces.</summary>
internal sealed class LineBuffer
{
    private readonly StringBuilder _rest = new();

    /// <summary>The lines that the text completes. Of a line that overwrites itself by carriage returns, the last state.</summary>
    public IReadOnlyList<string> Add(string text)
    {
        _rest.Append(text);
        if (!text.Contains('\n', StringComparison.Ordinal))
        {
            return [];
        }
        string[] lines = _rest.ToString().Split('\n');
        _rest.Clear().Append(lines[^1]);
        return [.. lines[..^1].Select(Visible)];
    }

    /// <summary>The line that has not ended yet, possibly empty.</summary>
    public string Rest => Visible(_rest.ToString());

    public void Clear() => _rest.Clear();

    private static string Visible(string line)
    {
        line = line.TrimEnd('\r');
        return line[(line.LastIndexOf('\r') + 1)..];
    }
}
