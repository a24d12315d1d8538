using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Workbook.Notebooks;

/// <summary>A Jupyter notebook (nbformat 4, C#) as its JSON, of which all that is not asked for is kept as it is.</summary>
internal sealed class Notebook
{
    private const int DeepestNesting = 256;

    private readonly JsonObject _json;
    private readonly JsonArray _cellsJson;
    private readonly List<NotebookCell> _cells;

    private Notebook(string path, JsonObject json, JsonArray cellsJson, List<NotebookCell> cells)
    {
        Path = path;
        _json = json;
        _cellsJson = cellsJson;
        _cells = cells;
    }

    /// <summary>The file it was read from, as a full path.</summary>
    public string Path { get; }

    /// <summary>The file's name without folder and extension.</summary>
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    public IReadOnlyList<NotebookCell> Cells => _cells;

    /// <summary>Reads a notebook.</summary>
    /// <exception cref="InvalidDataException">The file is not a notebook that can be run; the message names it.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Notebook Read(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        var json = Parse(path);
        Check(json["nbformat"] is JsonValue format && format.TryGetValue(out int major) && major == 4,
            path, $"expected \"nbformat\": 4, found {Found(json["nbformat"])}.");
        if (CellLanguage.OfNotebook(json["metadata"]) is { } language)
        {
            Check(CellLanguage.IsCSharp(language), path, $"expected a C# notebook, found the language \"{language}\".");
        }
        if (json["cells"] is not JsonArray cells)
        {
            throw Damaged(path, $"expected a list of \"cells\", found {Found(json["cells"])}.");
        }
        return new Notebook(path, json, cells, [.. cells.Select((cell, i) => NotebookCell.Read(cell, i + 1, path))]);
    }

    /// <summary>Removes all outputs and brings the notebook to nbformat 4.5, in which every cell has an id.</summary>
    public void Prepare()
    {
        if (!(_json["nbformat_minor"] is JsonValue minor && minor.TryGetValue(out int number) && number >= 5))
        {
            _json["nbformat_minor"] = 5;
        }
        _json["metadata"] ??= new JsonObject();
        var taken = _cells.Select(cell => cell.Id).OfType<string>().ToHashSet();
        var seen = new HashSet<string>();
        for (int i = 0; i < _cells.Count; i++)
        {
            _cells[i].Prepare(_cells[i].Id is { } id && seen.Add(id) ? id : Free($"cell-{i + 1}", taken));
        }
    }

    /// <summary>Puts a new code cell at an index, under another id if another cell has its own.</summary>
    public void Insert(int index, NotebookCell cell)
    {
        cell.Json["id"] = Free(cell.Id!, _cells.Select(other => other.Id).OfType<string>().ToHashSet());
        _cells.Insert(index, cell);
        _cellsJson.Insert(index, cell.Json);
    }

    /// <summary>Removes all cells with a tag.</summary>
    public void RemoveTagged(string tag)
    {
        foreach (var cell in _cells.Where(cell => cell.HasTag(tag)).ToArray())
        {
            _cells.Remove(cell);
            _cellsJson.Remove(cell.Json);
        }
    }

    /// <summary>The notebook as the text of a file, laid out as Jupyter does.</summary>
    public override string ToString() => JupyterJson.Format(_json);

    /// <summary>The error for a damaged notebook.</summary>
    internal static InvalidDataException Damaged(string path, string problem) => new($"{path} is not a notebook that can be run: {problem}");

    /// <summary>What stands where something else was expected.</summary>
    internal static string Found(JsonNode? node) => node switch
    {
        null => "none",
        JsonArray => "a list",
        JsonObject => "an object",
        _ => node.ToJsonString(),
    };

    private static void Check(bool condition, string path, string problem)
    {
        if (!condition)
        {
            throw Damaged(path, problem);
        }
    }

    private static string Free(string id, HashSet<string> taken)
    {
        string free = id;
        for (int i = 2; !taken.Add(free); i++)
        {
            free = string.Create(CultureInfo.InvariantCulture, $"{id}-{i}");
        }
        return free;
    }

    private static JsonObject Parse(string path)
    {
        try
        {
            var node = SoundJson.Parse(File.ReadAllText(path), DeepestNesting);
            return node as JsonObject ?? throw Damaged(path, $"expected a JSON object, found {Found(node)}.");
        }
        catch (JsonException) when (System.IO.Path.GetExtension(path).Equals(".dib", StringComparison.OrdinalIgnoreCase))
        {
            throw Damaged(path, "a .dib file is a script of .NET Interactive, expected a Jupyter notebook (.ipynb). " +
                "VS Code's Polyglot Notebooks can save it as one; or run it from a cell of one: #!import " + System.IO.Path.GetFileName(path));
        }
        catch (JsonException e)
        {
            throw Damaged(path, $"it is not valid JSON ({e.Message})");
        }
    }
}
