using System.Diagnostics;
using DeepClustering.Models;
using DeepClustering.Runs;
using DeepClustering.Training;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Resuming;

[Collection(nameof(SmallTraining))]
[Trait("Speed", "slow")]
public sealed class DiskFullTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();
    private bool _mounted;

    public void Dispose()
    {
        _scope.Dispose();
        if (_mounted)
        {
            Shell("umount", _folder["disk"]);
        }
        _folder.Dispose();
    }

    private static bool Shell(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    /// <summary>Fills what is left of the disk.</summary>
    private static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        try
        {
            while (true)
            {
                file.Write(new byte[512]);
            }
        }
        catch (IOException)
        {
        }
    }

    [Fact]
    public void AFullDiskIsAnErrorAndWhatWasSavedStays()
    {
        string disk = Directory.CreateDirectory(_folder["disk"]).FullName, run = Path.Combine(disk, "run"), ballast = Path.Combine(disk, "ballast");
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "A small disk can be made by root on Linux only.");
        _mounted = Shell("mount", "-t", "tmpfs", "-o", "size=2m", "none", disk);
        Assert.SkipUnless(_mounted, "No tmpfs can be mounted here.");

        Assert.Throws<OperationCanceledException>(() => SmallTraining.Vae(run, () => throw new OperationCanceledException()));
        string[] before = Snapshot(run);
        Fill(ballast);
        var error = Assert.Throws<IOException>(() => SmallTraining.Vae(run));
        Assert.Contains("space", error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(before, Snapshot(run));

        File.Delete(ballast);
        Assert.Equal(SmallTraining.Uninterrupted("vae"), SmallTraining.Vae(run));
        string[] finished = Snapshot(run);
        Fill(ballast);
        Assert.Throws<IOException>(() => SmallTraining.Vae(run));
        Assert.Equal(finished, Snapshot(run));
        Run.Load(run, "vae.ipynb").LoadVae().Dispose();
    }

    [Fact]
    public void TrainingGoesOnInTheSameProcessOnceThereIsRoom()
    {
        string disk = Directory.CreateDirectory(_folder["disk"]).FullName, ballast = Path.Combine(disk, "ballast");
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "A small disk can be made by root on Linux only.");
        _mounted = Shell("mount", "-t", "tmpfs", "-o", "size=2m", "none", disk);
        Assert.SkipUnless(_mounted, "No tmpfs can be mounted here.");

        using var run = RunFolder.Open(Path.Combine(disk, "run"), SmallTraining.Digits, SmallTraining.VaeOptions, every: TimeSpan.Zero);
        using Vae vae = new(SmallTraining.Architecture), straight = new(SmallTraining.Architecture);
        using var trainer = new Trainer(vae, SmallTraining.Digits.ToTensor(), SmallTraining.VaeOptions, checkpoints: run.Stage("training"));
        using var other = new Trainer(straight, SmallTraining.Digits.ToTensor(), SmallTraining.VaeOptions);
        Assert.Single(trainer.Fit().Take(1));
        Fill(ballast);
        Assert.Throws<IOException>(() => trainer.Fit().Count());
        File.Delete(ballast);
        Assert.Equal([2, 3], trainer.Fit().Select(epoch => epoch.Number));
        Assert.Equal(3, other.Fit().Count());
        Assert.Equal(other.History.Select(epoch => epoch.Loss), trainer.History.Select(epoch => epoch.Loss));
    }

    /// <summary>Every file with its content, but the lock.</summary>
    private static string[] Snapshot(string folder) =>
        [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Where(path => Path.GetFileName(path) != ".lock")
            .Order().Select(path => $"{path} {Convert.ToHexString(File.ReadAllBytes(path))}")];
}
