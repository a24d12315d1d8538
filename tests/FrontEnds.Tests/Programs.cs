namespace FrontEnds.Tests;

/// <summary>Programs of others, found on the PATH.</summary>
internal static class Programs
{
    /// <summary>The first of the programs that there is.</summary>
    /// <returns>Its path; null if there is none.</returns>
    public static string? Find(params string[] names) => (
        from name in names
        from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        let path = Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name)
        where File.Exists(path)
        select path).FirstOrDefault();

    /// <summary>A browser that Playwright can drive.</summary>
    public static string? FindChromium() => Find("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
}
