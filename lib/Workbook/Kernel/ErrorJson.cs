using System.Globalization;
using System.Text.Json.Nodes;
using Workbook.Execution;

namespace Workbook.Kernel;

/// <summary>Errors as the protocol writes them.</summary>
internal static class ErrorJson
{
    /// <summary>An error of a cell; the traceback begins with where it happened.</summary>
    /// <param name="error">What went wrong.</param>
    /// <param name="cell">The cell's number, or null if no cell is to blame.</param>
    public static JsonObject ToJson(this CellError error, int? cell = null)
    {
        string? line = error.Line is { } number ? $", line {number.ToString(CultureInfo.InvariantCulture)}" : null;
        IEnumerable<string> place = cell is null ? [] : [string.Create(CultureInfo.InvariantCulture, $"Error in cell {cell}{line}:")];
        return new()
        {
            ["ename"] = error.Name,
            ["evalue"] = error.Message,
            ["traceback"] = new JsonArray([.. place.Concat(error.Details).Select(text => (JsonNode)text)]),
        };
    }

    /// <summary>The error as the content of a reply.</summary>
    public static JsonObject ToReply(this CellError error, int? cell = null)
    {
        var reply = error.ToJson(cell);
        reply["status"] = "error";
        return reply;
    }
}
