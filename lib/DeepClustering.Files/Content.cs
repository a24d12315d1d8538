using DeepClustering.Data;
using DeepClustering.Storage;

namespace DeepClustering.Files;

/// <summary>Opens files that may be gzipped, which their first two bytes tell.</summary>
internal static class Content
{
    /// <summary>What a file holds, unzipped; the caller disposes it.</summary>
    /// <remarks>Reading it throws <see cref="InvalidDataException"/>, with the file's name, where a gzip file is damaged or not whole.</remarks>
    public static Stream Open(string path)
    {
        if (!Present.File(path))
        {
            throw new FileNotFoundException($"There is no file '{Path.GetFullPath(path)}'.", path);
        }
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16);
        return GzipContent.Is(file) ? new GzipContent(file) : file;
    }

    /// <summary>The first bytes of what a file holds, fewer if it is shorter.</summary>
    public static byte[] Beginning(string path, int count)
    {
        using var content = Open(path);
        byte[] bytes = new byte[count];
        return bytes[..content.ReadAtLeast(bytes, count, throwOnEndOfStream: false)];
    }
}
