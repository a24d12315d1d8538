using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace FrontEnds.Tests;

/// <summary>The notebooks, executed and made into pages by nbconvert, in a browser without a network.</summary>
[Trait("Speed", "slow")]
public sealed class NotebookPageTests : IDisposable
{
    private const string Switch = "WORKBOOK_FRONT_ENDS";

    private readonly Workshop _workshop = new();

    public NotebookPageTests() => SetDefaultExpectTimeout(60_000);

    public void Dispose() => _workshop.Dispose();

    [Fact]
    public async Task EveryFigureAndPictureShows()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable(Switch) == "1", $"It takes a minute or two: {Switch}=1 dotnet test --project tests/FrontEnds.Tests");
        string? nbconvert = Programs.Find("jupyter-nbconvert");
        string? chromium = Programs.FindChromium();
        Assert.SkipWhen(nbconvert is null, "There is no jupyter-nbconvert on the PATH (Debian's package of that name has it).");
        Assert.SkipWhen(chromium is null, "There is no Chromium on the PATH.");
        await _workshop.InstallKernelAsync();
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = chromium });
        await using var offline = await browser.NewContextAsync(new() { Offline = true });

        // The last one reads what the others save.
        foreach ((string name, string parameters) in new[]
        {
            ("vae", "limit = 1000; epochs = 2;"),
            ("vade", "limit = 1000; pretrainingEpochs = 2; warmUpEpochs = 2; epochs = 2; starts = 2;"),
            ("analysis", "limit = 1000;"),
        })
        {
            string[] code = [.. _workshop.Copy($"{name}.ipynb", parameters).Where(Workshop.IsCode).Select(Workshop.Source)];
            int CellsWith(string call) => code.Count(source => source.Contains(call, StringComparison.Ordinal));
            await _workshop.RunAsync(nbconvert, "--to", "html", "--execute", $"notebooks/{name}.ipynb");
            var page = await offline.NewPageAsync();
            await page.GotoAsync(new Uri(Path.Combine(_workshop.Folder, "notebooks", $"{name}.html")).AbsoluteUri);

            // A figure that could not be drawn would leave its picture instead.
            await Expect(page.Locator(".js-plotly-plot:has(.main-svg .gtitle)")).ToHaveCountAsync(CellsWith("Chart.Plot"));
            var pictures = page.Locator("img");
            await Expect(pictures).ToHaveCountAsync(CellsWith("ImageGrid."));
            Assert.All(await pictures.EvaluateAllAsync<int[]>("all => all.map(picture => picture.naturalWidth)"), width => Assert.True(width > 0));
            // What is left of a training's progress is its end.
            var bars = page.Locator("progress");
            await Expect(bars).ToHaveCountAsync(CellsWith("TrainingProgress.Follow("));
            Assert.True(await bars.EvaluateAllAsync<bool>("all => all.every(bar => bar.value === bar.max)"));
        }
    }
}
