using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace FrontEnds.Tests;

/// <summary>The VAE's notebook in Jupyter Notebook, in a real browser.</summary>
[Trait("Speed", "slow")]
public sealed partial class JupyterNotebookTests : IDisposable
{
    private readonly Workshop _workshop = new();

    public JupyterNotebookTests() => SetDefaultExpectTimeout(60_000);

    public void Dispose() => _workshop.Dispose();

    [Fact]
    public async Task ATrainingIsWatchedInterruptedAndUsedAndTheKernelRestarted()
    {
        string? notebook = Programs.Find("jupyter-notebook");
        string? chromium = Programs.FindChromium();
        Assert.SkipWhen(notebook is null, "There is no jupyter-notebook on the PATH (Debian's package of that name has it).");
        Assert.SkipWhen(chromium is null, "There is no Chromium on the PATH.");
        string version = await _workshop.RunAsync(notebook, "--version");
        Assert.SkipUnless(version.Split('\n').Any(line => line.StartsWith("6.", StringComparison.Ordinal)), $"The test knows the menus of Jupyter Notebook 6; this is {version}.");

        await _workshop.InstallKernelAsync();
        var cells = _workshop.Copy("vae.ipynb", "limit = 2000; epochs = 10000;");
        var addressOf = await JupyterServer.StartAsync(_workshop, notebook);
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = chromium });
        var page = await browser.NewPageAsync();
        page.SetDefaultTimeout(60_000);
        await page.GotoAsync(addressOf("vae.ipynb"));
        ILocator Cell(string id) => page.Locator("#notebook-container > .cell").Nth(IndexOf(cells, id));
        var idle = page.Locator("#kernel_indicator_icon.kernel_idle_icon");
        await Expect(idle).ToBeVisibleAsync();

        // Watched: one bar, whose value grows in place.
        await ChooseAsync(page, "#celllink", "#run_all_cells");
        var bar = Cell("training").Locator(".output progress");
        double first = await bar.EvaluateAsync<double>("bar => bar.value");
        await Expect(bar).Not.ToHaveAttributeAsync("value", first.ToString(CultureInfo.InvariantCulture));
        Assert.True(await bar.EvaluateAsync<double>("bar => bar.value") > first);

        // Interrupted: the cell says so, with epochs left, and the cells that waited are not run.
        await ChooseAsync(page, "#kernellink", "#int_kernel");
        await Expect(Cell("training").Locator(".output_error")).ToContainTextAsync("The cell was interrupted.");
        Assert.True(await bar.EvaluateAsync<bool>("bar => bar.value < bar.max"));
        await Expect(Cell("curves").Locator(".input_prompt")).ToHaveTextAsync(NotRun());

        // Used: the next cells show what was trained so far.
        await RunAsync(page, Cell("curves"));
        await Expect(Cell("curves").Locator(".js-plotly-plot:has(.main-svg .gtitle)")).ToBeVisibleAsync();
        await RunAsync(page, Cell("reconstructions"));
        await Expect(Cell("reconstructions").Locator(".output img")).ToBeVisibleAsync();
        await Expect(page.Locator(".output_error")).ToHaveCountAsync(1);

        // Restarted: cells count from 1 again.
        await ChooseAsync(page, "#kernellink", "#restart_kernel");
        await page.Locator(".modal-footer .btn-danger").ClickAsync();
        await Expect(page.Locator("#notification_kernel")).ToContainTextAsync("Kernel ready");
        await Expect(idle).ToBeVisibleAsync();
        Assert.Equal("1", await RunAsync(page, Cell("setup")));
        Assert.Equal("2", await RunAsync(page, Cell("parameters")));
        Assert.Equal("3", await RunAsync(page, Cell("data")));
        await Expect(Cell("data").Locator(".output_result")).ToContainTextAsync("2,000 images");
    }

    private static int IndexOf(JsonArray cells, string id) => cells.Index().Single(cell => (string?)cell.Item!["id"] == id).Index;

    private static async Task ChooseAsync(IPage page, string menu, string item)
    {
        await page.Locator(menu).ClickAsync();
        await page.Locator(item).ClickAsync();
    }

    /// <summary>Runs a cell to its end.</summary>
    /// <returns>Its number.</returns>
    private static async Task<string> RunAsync(IPage page, ILocator cell)
    {
        var prompt = cell.Locator(".input_prompt");
        await prompt.ClickAsync();
        await page.Keyboard.PressAsync("Control+Enter");
        await Expect(prompt).ToHaveTextAsync(HasRun());
        return HasRun().Match(await prompt.InnerTextAsync()).Groups[1].Value;
    }

    [GeneratedRegex(@"In\s\[(\d+)\]")]
    private static partial Regex HasRun();

    [GeneratedRegex(@"In\s\[\s\]")]
    private static partial Regex NotRun();
}
