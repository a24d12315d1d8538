using DeepClustering.Data;
using DeepClustering.Models;
using DeepClustering.Runs;
using DeepClustering.Training;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Resuming;

[Collection(nameof(SmallTraining))]
public sealed class ResumeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new(inMemory: true);
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly List<string> _warnings = [];

    private string Folder => _folder["run"];

    private static Tensor Images => SmallTraining.Digits.ToTensor();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    /// <summary>Hours from one checkpoint to the next: one after every epoch, and none but those that do not depend on time.</summary>
    public static TheoryData<int> Intervals => [0, 1];

    private RunFolder Open(object? plan = null, bool restart = false, TimeSpan every = default, Dataset? digits = null) =>
        RunFolder.Open(Folder, digits ?? SmallTraining.Digits, plan ?? SmallTraining.VaeOptions, restart, every, _warnings.Add);

    private static Action StopAfter(int epochs)
    {
        int done = 0;
        return () =>
        {
            if (++done == epochs)
            {
                throw new OperationCanceledException();
            }
        };
    }

    private string[] Checkpoints(string stage = "training") =>
        [.. Directory.GetFileSystemEntries(Path.Combine(Folder, "checkpoints", stage)).Select(path => Path.GetFileName(path)).Order()];

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    public void AnInterruptionAtAnyEpochChangesNothing(int step, int hours)
    {
        var every = TimeSpan.FromHours(hours);
        // Of three starts two have a second epoch, and the one that is left a third.
        const int vadeEpochs = 3 + (3 + 2 + 1) + 3, vaeEpochs = 3;
        int trained = 0;
        for (int epochs = step; epochs <= vadeEpochs; epochs += step)
        {
            string vade = _folder[$"vade {epochs}"];
            Assert.Throws<OperationCanceledException>(() => SmallTraining.Vade(vade, StopAfter(epochs), every: every));
            trained = 0;
            Assert.Equal(SmallTraining.Uninterrupted("vade"), SmallTraining.Vade(vade, () => trained++, every: every));
            Assert.Equal(vadeEpochs - epochs, trained);
        }
        for (int epochs = 1; epochs <= vaeEpochs; epochs++)
        {
            string vae = _folder[$"vae {epochs}"];
            Assert.Throws<OperationCanceledException>(() => SmallTraining.Vae(vae, StopAfter(epochs), every: every));
            Assert.Equal(SmallTraining.Uninterrupted("vae"), SmallTraining.Vae(vae, every: every));
        }
    }

    [Fact]
    public void AFinishedRunIsNotTrainedAgainUnlessAsked()
    {
        int trained = 0;
        SmallTraining.Vae(Folder);
        Assert.Equal(["epoch-000003"], Checkpoints());
        Assert.Equal(SmallTraining.Uninterrupted("vae"), SmallTraining.Vae(Folder, () => trained++));
        Assert.Equal(0, trained);
        string vade = _folder["vade"];
        SmallTraining.Vade(vade);
        Assert.Equal(SmallTraining.Uninterrupted("vade"), SmallTraining.Vade(vade, () => trained++));
        Assert.Equal(0, trained);
        Open(restart: true).Dispose();
        Assert.Equal("VAE", Run.Load(Folder, "vae.ipynb").Recipe);
        Assert.Equal(SmallTraining.Uninterrupted("vae"), SmallTraining.Vae(Folder, () => trained++));
        Assert.Equal(3, trained);
    }

    [Fact]
    public void TheTrainerSaysWhatItTookOver()
    {
        string[] Lines(int epochs)
        {
            using var run = Open();
            using var vae = new Vae(SmallTraining.Architecture);
            using var trainer = new Trainer(vae, Images, SmallTraining.VaeOptions, checkpoints: run.Stage("training"));
            int before = trainer.ResumedFrom;
            Assert.Equal(Enumerable.Range(before + 1, epochs), trainer.Fit().Take(epochs).Select(epoch => epoch.Number));
            Assert.Equal(before + epochs, trainer.History.Count);
            return [trainer.ToString()];
        }
        Assert.Equal(
            ["Vae: 3 epochs to train", "Vae: goes on after epoch 2 of 3, trained earlier", "Vae: all 3 epochs were trained earlier"],
            [.. Lines(2), .. Lines(1), .. Lines(0)]);
        Assert.Empty(_warnings);
    }

    [Theory]
    [MemberData(nameof(Intervals))]
    public void AnEpochThatWasBrokenOffIsTrainedAgainFromItsStart(int hours)
    {
        using var run = Open(every: TimeSpan.FromHours(hours));
        using CancellationTokenSource never = new(), cancelled = new();
        int losses = 0;
        using var vade = new Watched(() =>
        {
            if (++losses == 6)      // the second of an epoch's four steps
            {
                cancelled.Cancel();
            }
        });
        using var straight = new Watched(() => { });
        using var torchs = Generator.Default;
        using var atTheStart = torchs.get_state();
        using var trainer = new Trainer(vade, Images, SmallTraining.VaeOptions, checkpoints: run.Stage("broken off"));
        using var other = new Trainer(straight, Images, SmallTraining.VaeOptions);
        Assert.Throws<OperationCanceledException>(() => trainer.Fit(cancelled.Token).Count());
        Assert.Equal([2, 3], trainer.Fit(never.Token).Select(epoch => epoch.Number));
        torchs.set_state(atTheStart);
        Assert.Equal(3, other.Fit().Count());
        Assert.Equal(other.History.Select(epoch => epoch.Loss), trainer.History.Select(epoch => epoch.Loss));
    }

    private sealed class Watched(Action step) : Vade(3, SmallTraining.Architecture)
    {
        protected override Tensor Draw(Tensor mean, Tensor logVariance)
        {
            step();
            // From torch's own generator, as an experiment may: it is part of the state, too.
            return mean + exp(0.5 * logVariance) * randn_like(mean);
        }
    }

    [Fact]
    public void TheLastTwoCheckpointsAreKept()
    {
        Assert.Throws<OperationCanceledException>(() => SmallTraining.Vae(Folder, StopAfter(3)));
        Assert.Equal(["epoch-000002", "epoch-000003"], Checkpoints());
        Assert.Equal(["manifest.json", "state.json", "weights.safetensors"],
            Directory.GetFiles(Path.Combine(Folder, "checkpoints", "training", "epoch-000003")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void ATrialThatIsLeftIsSavedWhateverTheInterval()
    {
        using var run = Open(every: TimeSpan.FromHours(1));
        using var vae = new Vae(SmallTraining.Architecture);
        using var trainer = new Trainer(vae, Images, SmallTraining.VaeOptions, checkpoints: run.Stage("training"));
        Assert.Single(trainer.Fit().Take(1));
        Assert.Equal(["epoch-000000", "epoch-000001"], Checkpoints());
    }

    [Fact]
    public void CheckpointsAreAsFarApartAsAsked()
    {
        string[] Kept(TimeSpan every)
        {
            using var folder = new TemporaryFolder();
            using var run = RunFolder.Open(folder["run"], SmallTraining.Digits, SmallTraining.VaeOptions, every: every);
            using var vae = new Vae(SmallTraining.Architecture);
            using var trainer = new Trainer(vae, Images, SmallTraining.VaeOptions, checkpoints: run.Stage("training"));
            var kept = from epoch in trainer.Fit()
                       let newest = Directory.GetDirectories(folder["run/checkpoints/training"]).Max(StringComparer.Ordinal)
                       select Path.GetFileName(newest);
            return [.. kept];
        }
        Assert.Equal(["epoch-000001", "epoch-000002", "epoch-000003"], Kept(TimeSpan.Zero));
        Assert.Equal(["epoch-000000", "epoch-000000", "epoch-000003"], Kept(TimeSpan.FromHours(1)));
        Assert.Throws<ArgumentOutOfRangeException>("every", () => Kept(TimeSpan.FromTicks(-1)));
    }

    [Fact]
    public void OtherOptionsOrDataAreRefusedWithATable()
    {
        Open(SmallTraining.Recipe).Dispose();
        var changed = SmallTraining.Recipe with { Mixture = new() { Components = 4, Restarts = 7 }, TrialEpochs = 2 };
        string message = Assert.Throws<InvalidDataException>(() => Open(changed)).Message;
        Assert.Contains(Folder, message, StringComparison.Ordinal);
        Assert.Equal(
            """
              option                   in the folder  now
              Plan.Mixture.Components  3              4
              Plan.Mixture.Restarts    1              7
              Plan.TrialEpochs         1              2
            """, message[(message.IndexOf('\n', StringComparison.Ordinal) + 1)..]);
        message = Assert.Throws<InvalidDataException>(() => Open(SmallTraining.Recipe, digits: SmallTraining.Digits.Take(50))).Message;
        Assert.Matches(@"Digits +60 +50\n +DigitsDigest", message);
        Open(changed, restart: true).Dispose();
        Open(changed).Dispose();
    }

    [Fact]
    public void AStageOfAnotherModelOrWithOtherOptionsIsRefusedToo()
    {
        SmallTraining.Vae(Folder);
        using var run = Open();
        string Refused(LatentModel model, TrainingOptions options, Tensor digits) =>
            Assert.Throws<InvalidDataException>(() => new Trainer(model, digits, options, checkpoints: run.Stage("training"))).Message;
        using Vae vae = new(SmallTraining.Architecture), reseeded = new(SmallTraining.Architecture, seed: 2);
        using var vade = new Vade(3, SmallTraining.Architecture);
        Assert.Matches(@"Options\.LearningRate +0\.001 +0\.002", Refused(vae, SmallTraining.VaeOptions with { LearningRate = 0.002 }, Images));
        Assert.Matches(@"Seed +1 +2", Refused(reseeded, SmallTraining.VaeOptions, Images));
        Assert.Matches(@"Model +""Vae"" +""Vade""", Refused(vade, SmallTraining.VaeOptions, Images));
        Assert.Matches(@"DigitsDigest", Refused(vae, SmallTraining.VaeOptions, Images.flip(0)));
    }

    [Fact]
    public void OneProcessAtATime()
    {
        using var child = Child.Start("hold", Folder);
        try
        {
            string message = Assert.Throws<IOException>(() => Open()).Message;
            Assert.Contains($"{Folder} is in use by process {child.Id} on ", message, StringComparison.Ordinal);
            using var vae = new Vae(SmallTraining.Architecture);
            var run = Run.Of(vae, SmallTraining.Digits, "VAE", 1);
            Assert.Equal(message, Assert.Throws<IOException>(() => run.Save(Folder, vae)).Message);
        }
        finally
        {
            child.Kill();
            child.WaitForExit();
        }
        Open().Dispose();
    }

    [Fact]
    public void OpenedAgainInOneProcessAFolderIsTakenFromTheOneBefore()
    {
        using var before = Open();
        using var vae = new Vae(SmallTraining.Architecture);
        using var trainer = new Trainer(vae, Images, SmallTraining.VaeOptions, checkpoints: before.Stage("training"));
        using var now = Open();
        Assert.Throws<ObjectDisposedException>(() => trainer.Fit().Count());
        using var again = new Trainer(vae, Images, SmallTraining.VaeOptions, checkpoints: now.Stage("training"));
        Assert.Equal(3, again.Fit().Count());
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a/b")]
    public void AStagesNameIsAFoldersName(string name)
    {
        using var run = Open();
        Assert.Throws<ArgumentException>(() => run.Stage(name));
    }

    [Fact]
    public void AnotherNumberOfThreadsIsReported()
    {
        Assert.Throws<OperationCanceledException>(() => SmallTraining.Vae(Folder, StopAfter(1)));
        int threads = get_num_threads();
        set_num_threads(threads + 1);
        try
        {
            SmallTraining.Vae(Folder, warn: _warnings.Add);
        }
        finally
        {
            set_num_threads(threads);
        }
        Assert.Contains($"computed with {threads} threads", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Intervals))]
    public void TwoHundredEpochsLeaveNothingBehind(int hours)
    {
        // The last epoch of all has nothing more to keep for later.
        var options = SmallTraining.VaeOptions with { Epochs = 201 };
        using var run = Open(every: TimeSpan.FromHours(hours));
        using var vade = new Vade(3, SmallTraining.Architecture);
        using var trainer = new Trainer(vade, Images, options, SmallTraining.Digits.Labels, run.Stage("training"));
        using var epochs = trainer.Fit().GetEnumerator();
        var (tensors, bytes) = (new List<long>(), new List<long>());
        while (epochs.MoveNext())
        {
            if (trainer.History.Count % 20 == 0)
            {
                tensors.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount);
                bytes.Add(GC.GetTotalMemory(forceFullCollection: true));
            }
        }
        Assert.Equal(201, trainer.History.Count);
        Assert.Single(tensors.Distinct());
        // What is left behind adds up in every twenty epochs; what else lives in the process comes and goes in some of them.
        long[] growth = [.. bytes.Zip(bytes.Skip(1), (earlier, later) => later - earlier).Order()];
        // The history itself grows by about a kilobyte an epoch.
        Assert.InRange(growth[growth.Length / 2], long.MinValue, 100 << 10);
    }
}
