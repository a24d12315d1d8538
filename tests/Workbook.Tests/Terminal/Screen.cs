using System.Text;
using System.Text.RegularExpressions;

namespace Workbook.Tests.Terminal;

/// <summary>What a terminal shows that keeps its text when its size changes, as tmux, VTE, kitty and others do: lines of text, broken at its width.</summary>
/// <remarks>It knows what the program writes (ECMA-48: CUU, ED; colours and the cursor's look are passed over) and fails on anything else.</remarks>
internal sealed partial class Screen(int width) : TextWriter
{
    private readonly List<StringBuilder> _lines = [new()];
    private int _line, _column;
    private string _unfinished = "";

    public override Encoding Encoding => Encoding.UTF8;

    /// <summary>Columns; may be changed at any time.</summary>
    public int Width { get; set; } = width;

    /// <summary>The lines as they were written, without the breaks.</summary>
    public IEnumerable<string> Lines => _lines.Select(line => line.ToString());

    public override void Write(char value) => Write(value.ToString());

    public override void Write(string? value)
    {
        string text = _unfinished + value;
        while (text.Length > 0)
        {
            if (text[0] == '\e')
            {
                var code = Code().Match(text);
                if (!code.Success)
                {
                    break;
                }
                Do(code.Groups[1].Value, code.Groups[2].Value);
                text = text[code.Length..];
                continue;
            }
            Put(text[0]);
            text = text[1..];
        }
        _unfinished = text;
    }

    private void Put(char c)
    {
        switch (c)
        {
            case '\r':
                _column = _column / Width * Width;
                break;
            case '\n':
                // The driver of a terminal makes it a carriage return, too.
                MoveToRow(Row + 1);
                _column = _column / Width * Width;
                break;
            default:
                var line = _lines[_line];
                line.Append(' ', Math.Max(0, _column - line.Length));
                line.Remove(_column, _column < line.Length ? 1 : 0).Insert(_column, c);
                _column++;
                break;
        }
    }

    private void Do(string argument, string command)
    {
        switch (command)
        {
            case "A":
                MoveToRow(Math.Max(0, Row - int.Parse(argument)));
                break;
            case "J" when argument is "" or "0":
                _lines[_line].Length = Math.Min(_lines[_line].Length, _column);
                _lines.RemoveRange(_line + 1, _lines.Count - _line - 1);
                break;
            case "m" or "h" or "l":
                break;
            default:
                throw new NotSupportedException($"ESC [ {argument} {command}");
        }
    }

    /// <summary>The row of the cursor, from the first line's first.</summary>
    private int Row => _lines.Take(_line).Sum(Rows) + (_column / Width);

    private int Rows(StringBuilder line) => Math.Max(1, (line.Length + Width - 1) / Width);

    /// <summary>Moves the cursor to a row, in its column.</summary>
    private void MoveToRow(int row)
    {
        int column = _column % Width;
        for (_line = 0; row >= Rows(_lines[_line]); _line++)
        {
            row -= Rows(_lines[_line]);
            if (_line == _lines.Count - 1)
            {
                _lines.Add(new());
            }
        }
        _column = (row * Width) + column;
    }

    [GeneratedRegex(@"^\e\[([?0-9;]*)([A-Za-z])")]
    private static partial Regex Code();
}
