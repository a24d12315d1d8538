using System.Text.Json;
using DeepClustering.Charts.Output;
using Microsoft.FSharp.Collections;
using Plotly.NET;
using Plotly.NET.LayoutObjects;
using Plotly.NET.TraceObjects;

namespace DeepClustering.Charts;

/// <summary>Figures as charts of Plotly.NET, and the other way round. Both are plotly.js's JSON underneath.</summary>
internal static class ChartConversion
{
    /// <summary>The arrays that say how many points a trace has, the surest first.</summary>
    private static readonly string[] _counted = ["y", "x", "values"];

    /// <summary>A notebook asks for a chart's HTML, picture and text one after another.</summary>
    private static Figure? _last;

    /// <summary>The chart that writes the same JSON.</summary>
    /// <param name="json">An object with <c>data</c>, of two-dimensional traces, and <c>layout</c>.</param>
    public static GenericChart ToChart(string json)
    {
        using var document = JsonDocument.Parse(json);
        var layout = Fill(new Layout(), document.RootElement.GetProperty("layout"));
        var traces = document.RootElement.GetProperty("data").EnumerateArray()
            .Select(Trace (trace) => Fill(new Trace2D(trace.GetProperty("type").GetString()!), trace));
        return GenericChart.fromFigure(Plotly.NET.Figure.create(ListModule.OfSeq(traces), layout));
    }

    /// <summary>The figure that shows a chart.</summary>
    public static Figure ToFigure(GenericChart chart)
    {
        string json = GenericChart.toFigureJson(chart);
        if (_last is { } last && last.Json == json)
        {
            return last;
        }

        using var document = JsonDocument.Parse(json);
        string summary = string.Join("; ", document.RootElement.GetProperty("data").EnumerateArray().Select(Describe));
        string? obstacle = StaticRenderer.Obstacle(document.RootElement);
        return _last = new Figure(
            StaticRenderer.Title(document.RootElement), obstacle is null ? summary : $"{summary}; no static picture of {obstacle}", json);
    }

    private static string Describe(JsonElement trace)
    {
        string? type = trace.TryGetProperty("type", out var given) ? given.GetString() : "scatter";
        string name = trace.TryGetProperty("name", out var named) && named.GetString() is { Length: > 0 } text ? $" \"{text}\"" : "";
        int points = _counted
            .Where(key => trace.TryGetProperty(key, out var values) && values.ValueKind == JsonValueKind.Array)
            .Select(key => trace.GetProperty(key).GetArrayLength()).FirstOrDefault();
        return trace.TryGetProperty("z", out _) ? $"{type}{name}" : $"{type}{name} of {points} points";
    }

    private static T Fill<T>(T target, JsonElement source) where T : DynamicObj.DynamicObj
    {
        foreach (var property in source.EnumerateObject().Where(property => target is not Trace || property.Name != "type"))
        {
            target.SetProperty(property.Name, Value(property.Name, property.Value));
        }

        return target;
    }

    private static object? Value(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => Fill(Empty(name), value),
        JsonValueKind.Array => value.EnumerateArray().Select(item => Value("", item)).ToArray(),
        JsonValueKind.Number => value.TryGetInt64(out long whole) ? whole : value.GetDouble(),
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Null => null,
        _ => value.GetBoolean(),
    };

    /// <summary>An object of the type that Plotly.NET's functions look for under a name: one of another type they would replace.</summary>
    private static DynamicObj.DynamicObj Empty(string name) => name.TrimEnd('1', '2', '3', '4', '5', '6', '7', '8', '9') switch
    {
        "xaxis" or "yaxis" => new LinearAxis(),
        "title" => new Title(),
        "legend" => new Legend(),
        "margin" => new Margin(),
        "font" => new Font(),
        "marker" => new Marker(),
        "line" => new Line(),
        _ => new DynamicObj.DynamicObj(),
    };
}
