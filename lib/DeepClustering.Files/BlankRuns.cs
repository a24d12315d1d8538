namespace DeepClustering.Files;

/// <summary>A text in which blanks separate cells, as many as it takes to align them: each run becomes one space, and those around a line go.</summary>
internal sealed class BlankRuns(TextReader text) : TextReader
{
    private readonly char[] _ahead = new char[1 << 12];
    private bool _quoted, _inLine, _pending;
    private int _next, _end;

    public override int Peek() => More() ? _pending && _inLine && !IsEndOfLine(_ahead[_next]) ? ' ' : _ahead[_next] : -1;

    public override int Read()
    {
        if (Peek() is var c && c < 0)
        {
            return c;
        }
        if (c == ' ' && _pending)
        {
            _pending = false;
            return c;
        }
        _next++;
        _pending = false;
        _quoted ^= c == '"';
        _inLine = _quoted || !IsEndOfLine((char)c);
        return c;
    }

    public override int Read(char[] buffer, int index, int count)
    {
        int read = 0;
        while (read < count && Read() is >= 0 and var c)
        {
            buffer[index + read++] = (char)c;
        }
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            text.Dispose();
        }
        base.Dispose(disposing);
    }

    /// <summary>Goes to the next character that is no separating blank; false at the text's end.</summary>
    private bool More()
    {
        while (true)
        {
            if (_next == _end)
            {
                (_next, _end) = (0, text.Read(_ahead, 0, _ahead.Length));
                if (_end <= 0)
                {
                    _end = 0;
                    return false;
                }
            }
            if (_quoted || _ahead[_next] is not (' ' or '\t'))
            {
                return true;
            }
            _pending = true;
            _next++;
        }
    }

    private static bool IsEndOfLine(char c) => c is '\n' or '\r';
}
