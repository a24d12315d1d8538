using System.Text;
using DeepClustering.Runs;

namespace DeepClustering.Files;

/// <summary>Names of files made from names in the data, which may hold anything: each is one name in one folder, on every system.</summary>
internal sealed class SafeNames
{
    private const int MostCharacters = 60;

    // Windows and macOS take A and a for the same.
    private readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A file name that has not been used before.</summary>
    /// <param name="name">Any text; of a path, its folders become part of the name.</param>
    public string Of(string name)
    {
        string kept = string.Concat(name.EnumerateRunes().Select(rune => Rune.IsLetterOrDigit(rune) || rune.Value is '.' or '-' or '_' ? rune.ToString() : "_"));
        string extension = Path.GetExtension(kept) is { Length: <= 5 } some ? some : "";
        string stem = Shortened(kept[..^extension.Length].Trim('.', '_'));
        string first = RunName.Problem(stem + extension) is null && stem.Length > 0 ? stem : $"image_{stem}";
        for (int number = 1; ; number++)
        {
            string candidate = number == 1 ? first + extension : $"{first}-{number}{extension}";
            if (_taken.Add(candidate))
            {
                return candidate;
            }
        }
    }

    /// <summary>Its end: what tells files of one folder apart.</summary>
    private static string Shortened(string stem)
    {
        Rune[] runes = [.. stem.EnumerateRunes()];
        return runes.Length <= MostCharacters ? stem : string.Concat(runes[^MostCharacters..].Select(rune => rune.ToString())).TrimStart('.', '_');
    }
}
