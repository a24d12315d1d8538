using System.Security.Cryptography;
using System.Text;

namespace DeepClustering.Charts.Output;

/// <summary>The HTML of an interactive figure: its picture, and a script that puts the plot in the picture's place.</summary>
internal static class FigureHtml
{
    /// <summary>Set to <c>static</c>, the HTML is the picture alone, which keeps saved notebooks small.</summary>
    public const string ModeVariable = "WORKBOOK_FIGURES";

    private static int _scriptWritten;

    /// <param name="picture">The figure without scripts.</param>
    /// <param name="json">The figure as plotly.js takes it.</param>
    /// <param name="hasPictures">Whether the layout's <c>meta</c> holds a picture for each point.</param>
    public static string Write(INotebookPicture picture, string json, bool hasPictures)
    {
        string image = PictureHtml.Image(picture, Typefaces.Family is not null);
        if (Environment.GetEnvironmentVariable(ModeVariable) == "static")
        {
            return image;
        }

        // plotly.js is 3.6 MB, so only the first figure of a process brings it along.
        string library = Interlocked.Exchange(ref _scriptWritten, 1) == 0 ? Library() : "";
        return library + Interactive(image, json, hasPictures);
    }

    /// <summary>plotly.js in a function whose parameters hide the module loaders (require.js in Jupyter) that would keep it out of <c>window</c>.</summary>
    private static string Library() =>
        $"<script>(function(define,module,exports){{{PlotlyScript.Read()}\n}})();</script>\n";

    private static string Interactive(string image, string json, bool hasPictures)
    {
        // Named by content, so that running a notebook again gives the same bytes.
        string name = "figure-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)))[..16];
        return $$"""
            <div class="{{name}}" style="max-width:800px">{{image}}</div>
            <script>
            window.Plotly && document.querySelectorAll(".{{name}}:not([data-plotted])").forEach(function (host) {
              host.dataset.plotted = "true";
              var figure = {{InScript(json)}};
              var plot = host.appendChild(document.createElement("div"));
              Plotly.newPlot(plot, figure.data, figure.layout, { responsive: true, displaylogo: false }).then(
                function () { while (host.firstChild !== plot) host.firstChild.remove();{{(hasPictures ? PicturesAtThePointer : "")}} },
                function () { plot.remove(); });
            });
            </script>
            """;
    }

    // All pictures are one, of which a window of a single one follows the pointer.
    private const string PicturesAtThePointer = """

                  var all = figure.layout.meta, picture = plot.appendChild(document.createElement("div"));
                  picture.style.cssText = "position:fixed;display:none;pointer-events:none;z-index:1000;border:1px solid #888;transform-origin:0 0;transform:scale(3);image-rendering:pixelated;" +
                    "width:" + all.width + "px;height:" + all.height + "px;background:url(" + all.pictures + ")";
                  plot.on("plotly_hover", function (hover) {
                    var n = hover.points[0].customdata;
                    if (n === undefined) return;
                    picture.style.backgroundPosition = -(all.width + all.gap) * (n % all.inARow) + "px " + -(all.height + all.gap) * Math.floor(n / all.inARow) + "px";
                    picture.style.left = hover.event.clientX + 16 + "px";
                    picture.style.top = hover.event.clientY + 16 + "px";
                    picture.style.display = "block";
                  });
                  plot.on("plotly_unhover", function () { picture.style.display = "none"; });
        """;

    /// <summary>JSON that neither ends the script element it stands in nor a line of it.</summary>
    internal static string InScript(string json) => json
        .Replace("<", "\\u003c", StringComparison.Ordinal)
        .Replace("\u2028", "\\u2028", StringComparison.Ordinal)
        .Replace("\u2029", "\\u2029", StringComparison.Ordinal);
}
