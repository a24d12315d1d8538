using System.Text;
using Spectre.Console;

namespace Workbook.Terminal;

/// <summary>The lines of several notebooks that run at the same time, as <see cref="PlainProgress"/> writes them, each with its notebook's name before it.</summary>
/// <remarks>In a terminal, of what the cells of a notebook write the last line is shown, below the lines that stay.</remarks>
internal sealed class NamedLines
{
    private readonly Lock _gate = new();
    private readonly IReadOnlyList<string> _names;
    private readonly IAnsiConsole _console;
    private readonly LiveLines? _live;
    private readonly Dictionary<string, string> _last = [];

    /// <param name="names">The notebooks.</param>
    /// <param name="console">Where the lines go.</param>
    /// <param name="errors">Where errors go; in a terminal, the same one.</param>
    public NamedLines(IReadOnlyList<string> names, IAnsiConsole console, TextWriter errors)
    {
        (_names, _console) = (names, console);
        _live = LiveLines.CanBeShownOn(console) ? new LiveLines(console) : null;
        Errors = new Lines(line => Stay(null, () => errors.WriteLine(line)));
    }

    /// <summary>Takes lines about what went wrong; they name their notebook themselves.</summary>
    public TextWriter Errors { get; }

    /// <summary>Takes a notebook's lines.</summary>
    public TextWriter Of(string name)
    {
        string before = name.PadRight(_names.Max(other => other.Length)) + "  ";
        return new Lines(line =>
        {
            if (_live is not null && PlainProgress.IsOfACell(line))
            {
                Show(name, before + line.Trim());
            }
            else
            {
                Stay(name, () => Write(before + line));
            }
        });
    }

    /// <summary>Leaves only the lines that stay.</summary>
    public void End() => _live?.Clear();

    private void Show(string name, string line)
    {
        lock (_gate)
        {
            _last[name] = line;
            ShowLast();
        }
    }

    /// <summary>Writes a line that stays, after which its notebook's last one is of the past.</summary>
    private void Stay(string? name, Action write)
    {
        lock (_gate)
        {
            if (_live is null)
            {
                write();
                return;
            }
            _last.Remove(name ?? "");
            _live.Write(write);
            ShowLast();
        }
    }

    // A log's lines are not broken.
    private void Write(string line)
    {
        if (_live is null)
        {
            _console.Profile.Out.Writer.WriteLine(line);
        }
        else
        {
            _console.WriteLine(line);
        }
    }

    private void ShowLast() => _live!.Show(
        [.. _names.Where(_last.ContainsKey).Select(name => (_last[name], new Style(decoration: Decoration.Dim)))]);

    private sealed class Lines(Action<string> take) : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void WriteLine(string? value) => take(value ?? "");
    }
}
