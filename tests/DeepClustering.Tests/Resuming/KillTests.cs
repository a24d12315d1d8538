using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace DeepClustering.Tests.Resuming;

/// <summary>Training processes that are ended by force (SIGKILL), whatever they are at.</summary>
/// <remarks>RESUME_KILLS sets how many; RESUME_SEED the moments.</remarks>
[Collection(nameof(SmallTraining))]
[Trait("Speed", "slow")]
public sealed class KillTests
{
    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    [Fact]
    public void ATrainingThatIsKilledAndRunAgainEndsAsIfNothingHadHappened()
    {
        int kills = Setting("RESUME_KILLS", 20), seed = Setting("RESUME_SEED", 1);
        using var folder = new TemporaryFolder();
        string[] names = ["vade", "vae"];
        double[] seconds = new double[names.Length];
        Parallel.For(0, names.Length, i => seconds[i] = SecondsUninterrupted(names[i], folder[names[i]]));
        string[] left = new string[kills];
        Parallel.For(0, kills, new() { MaxDegreeOfParallelism = Environment.ProcessorCount }, kill =>
        {
            string name = names[kill % 2], run = folder[$"run {kill}"];
            var random = new Random((seed * 1000) + kill);
            while (!Kill(name, run, random.NextDouble() * 1.2 * seconds[kill % 2]))
            {
                Directory.Delete(run, recursive: true);
            }
            left[kill] = State(run);
            Assert.True(SmallTraining.Uninterrupted(name) == SmallTraining.Train(name, run),
                $"Other weights of the {name} after kill {kill} of seed {seed}, which left {left[kill]}.");
            Directory.Delete(run, recursive: true);
        });
        TestContext.Current.SendDiagnosticMessage(
            $"{kills} kills (seed {seed}) left: {string.Join("; ", left.CountBy(state => state).OrderByDescending(state => state.Value).Select(state => $"{state.Value} × {state.Key}"))}");
    }

    /// <summary>Trains in a process that is killed so many seconds after its start; false if it was done by then.</summary>
    private static bool Kill(string name, string run, double seconds)
    {
        using var child = Child.Start("train", name, run);
        Thread.Sleep(TimeSpan.FromSeconds(seconds));
        child.Kill();
        child.WaitForExit();
        return child.ExitCode != 0;
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
