using System.IO.Compression;

namespace DeepClustering.Files;

/// <summary>Opens files that may be gzipped, which their first two bytes tell.</summary>
internal static class Content
{
    /// <summary>What a file holds, unzipped; the caller disposes it.</summary>
    public static Stream Open(string path)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"There is no file '{path}'.", path);
        }
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16);
        bool zipped = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
        file.Position = 0;
        return zipped ? new GZipStream(file, CompressionMode.Decompress) : file;
    }

    /// <summary>The first bytes of what a file holds, fewer if it is shorter.</summary>
    public static byte[] Beginning(string path, int count)
    {
        using var content = Open(path);
        byte[] bytes = new byte[count];
        try
        {
            return bytes[..content.ReadAtLeast(bytes, count, throwOnEndOfStream: false)];
        }
        catch (InvalidDataException e)
        {
            throw Damaged(path, e);
        }
    }

    public static InvalidDataException Damaged(string path, Exception e) => new($"'{path}' is a damaged gzip file: {e.Message}", e);
}
