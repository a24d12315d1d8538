using System.IO.Compression;

namespace DeepClustering.Data;

/// <summary>What a gzip file of one or more members holds (RFC 1952), and an error at its end where the file is not whole.</summary>
/// <remarks>
/// <see cref="GZipStream"/> checks each member's checksum, but ends in silence where a file is cut short or other bytes follow it.
/// Here a member of its own follows the file: only behind a whole file is it found, and it is kept back.
/// </remarks>
internal sealed class GzipContent : ForwardStream
{
    private static readonly byte[] _mark = Guid.NewGuid().ToByteArray();

    private readonly string _path;
    private readonly GZipStream _content;
    private readonly byte[] _buffer = new byte[1 << 13];
    private int _start, _end;
    private bool _ended;

    /// <param name="file">The file from its first byte; disposed with this.</param>
    public GzipContent(FileStream file)
    {
        _path = file.Name;
        _content = new GZipStream(new Followed(file, Packed(_mark)), CompressionMode.Decompress);
    }

    /// <summary>Whether a file begins as gzip files do; it is at its first byte afterwards.</summary>
    public static bool Is(FileStream file)
    {
        bool zipped = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
        file.Position = 0;
        return zipped;
    }

    /// <summary>
    /// Throws where a file begins as gzip files do and is not whole, as far as it has 1 GiB: before its end is reached, what it lacks may look
    /// like other damage.
    /// </summary>
    /// <inheritdoc cref="Read"/>
    public static void RequireWhole(string path)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        using Stream content = Is(file) ? new GzipContent(file) : file;
        byte[] buffer = new byte[1 << 13];
        for (long length = 0; content is GzipContent && length <= IdxFile.MaxBytes && content.Read(buffer) is > 0 and var read; length += read)
        {
        }
    }

    /// <exception cref="InvalidDataException">The file is damaged or not whole; the message names it.</exception>
    public override int Read(Span<byte> buffer)
    {
        while (!_ended && _end - _start <= _mark.Length)
        {
            Fill();
        }
        int count = Math.Min(buffer.Length, _end - _start - _mark.Length);
        _buffer.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _content.Dispose();
        }
        base.Dispose(disposing);
    }

    private void Fill()
    {
        _buffer.AsSpan(_start.._end).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        int read;
        try
        {
            read = _content.Read(_buffer, _end, _buffer.Length - _end);
        }
        catch (InvalidDataException e)
        {
            throw Damaged(e);
        }
        _end += read;
        _ended = read == 0;
        if (_ended && !_buffer.AsSpan(0, _end).SequenceEqual(_mark))
        {
            throw Damaged(null);
        }
    }

    // What follows a file that is cut short is taken for a part of it, so that the two cannot be told apart.
    private InvalidDataException Damaged(Exception? inner) =>
        new($"'{_path}' is a damaged gzip file: its content does not have the checksum and length at its end, it is cut short, or other bytes follow it.", inner);

    private static byte[] Packed(byte[] content)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }
        return packed.ToArray();
    }

    /// <summary>A file, then some bytes.</summary>
    private sealed class Followed(FileStream file, byte[] then) : ForwardStream
    {
        private readonly MemoryStream _then = new(then);

        public override int Read(Span<byte> buffer) => file.Read(buffer) is > 0 and var read ? read : _then.Read(buffer);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                file.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}
