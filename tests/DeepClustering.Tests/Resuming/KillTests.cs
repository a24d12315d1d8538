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
        var random = new Random(seed);
        var clock = Stopwatch.StartNew();
        using (var whole = Child.Start("train", folder["whole"]))
        {
            clock.Restart();
            Assert.Equal(SmallTraining.Uninterrupted.ToString(), whole.StandardOutput.ReadLine());
            whole.WaitForExit();
        }
        double seconds = clock.Elapsed.TotalSeconds;
        var stoppedAt = new Dictionary<string, int>();
        for (int killed = 0, attempt = 0; killed < kills; attempt++)
        {
            string run = folder[$"{attempt}"];
            using var child = Child.Start("train", run);
            Thread.Sleep(TimeSpan.FromSeconds(random.NextDouble() * seconds));
            child.Kill();
            child.WaitForExit();
            if (child.ExitCode == 0)
            {
                continue;
            }
            killed++;
            string state = State(run);
            stoppedAt[state] = stoppedAt.GetValueOrDefault(state) + 1;
            Assert.True(SmallTraining.Uninterrupted == (SmallTraining.Vade(Path.Combine(run, "vade")), SmallTraining.Vae(Path.Combine(run, "vae"))),
                $"Other weights after kill {killed} of seed {seed}, which left {state}.");
            Directory.Delete(run, recursive: true);
        }
        TestContext.Current.SendDiagnosticMessage(
            $"{kills} kills within {seconds:F2} s (seed {seed}): {string.Join("; ", stoppedAt.OrderByDescending(state => state.Value).Select(state => $"{state.Value} × {state.Key}"))}");
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
