using System.Diagnostics;
using System.Globalization;
using DeepClustering.Tests.Data;
using Xunit;

namespace DeepClustering.Tests.Resuming;

/// <summary>Training processes that are ended by force (SIGKILL), whatever they are at.</summary>
/// <remarks>RESUME_KILLS sets how many; RESUME_SEED the moments.</remarks>
[Collection(nameof(SmallTraining))]
public sealed class KillTests
{
    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    [Fact]
    public void ATrainingThatIsKilledAndRunAgainEndsAsIfNothingHadHappened()
    {
        int kills = Setting("RESUME_KILLS", 20), seed = Setting("RESUME_SEED", 1);
        using var folder = new TempFolder();
        string[] names = ["vade", "vae"];
        double[] seconds = [.. names.Select(name => SecondsUninterrupted(name, folder[name]))];
        var random = new Random(seed);
        var left = new List<string>();
        for (int attempt = 0; left.Count < kills; attempt++)
        {
            string name = names[attempt % 2], run = folder[$"{attempt}"];
            using var child = Child.Start("train", name, run);
            Thread.Sleep(TimeSpan.FromSeconds(random.NextDouble() * seconds[attempt % 2]));
            child.Kill();
            child.WaitForExit();
            if (child.ExitCode == 0)
            {
                continue;
            }
            left.Add(State(run));
            Assert.True(SmallTraining.Uninterrupted(name) == SmallTraining.Train(name, run),
                $"Other weights of the {name} after kill {left.Count} of seed {seed}, which left {left[^1]}.");
            Directory.Delete(run, recursive: true);
        }
        TestContext.Current.SendDiagnosticMessage(
            $"{kills} kills (seed {seed}) left: {string.Join("; ", left.CountBy(state => state).OrderByDescending(state => state.Value).Select(state => $"{state.Value} × {state.Key}"))}");
    }

    /// <summary>Another process comes to the same weights; how long it takes for that.</summary>
    private static double SecondsUninterrupted(string name, string folder)
    {
        using var child = Child.Start("train", name, folder);
        var clock = Stopwatch.StartNew();
        Assert.Equal(SmallTraining.Uninterrupted(name), child.StandardOutput.ReadLine());
        child.WaitForExit();
        return clock.Elapsed.TotalSeconds;
    }

    /// <summary>What a kill left: how many whole checkpoints, and whether one or a run was being written.</summary>
    private static string State(string run)
    {
        if (!Directory.Exists(run))
        {
            return "nothing yet";
        }
        string[] folders = Directory.GetDirectories(run, "*", SearchOption.AllDirectories);
        int whole = folders.Count(folder => Path.GetFileName(folder).StartsWith("epoch-", StringComparison.Ordinal));
        bool writing = folders.Any(folder => Path.GetFileName(folder).StartsWith(".saving-", StringComparison.Ordinal));
        return $"{whole} checkpoints{(writing ? " and one half-written" : "")}";
    }
}
