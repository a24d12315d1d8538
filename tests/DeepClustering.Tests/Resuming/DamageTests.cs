using DeepClustering.Runs;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Resuming;

/// <summary>Every file of a run, damaged one at a time.</summary>
[Collection(nameof(SmallTraining))]
public sealed class DamageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new(inMemory: true);
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Random _random = new(1);

    public static TheoryData<string> Damages => [.. _damages.Keys];

    private static readonly Dictionary<string, Action<string, Random>> _damages = new()
    {
        ["truncated"] = (path, _) => Rewrite(path, bytes => bytes[..(bytes.Length / 2)]),
        ["emptied"] = (path, _) => Rewrite(path, _ => []),
        ["one bit flipped"] = (path, random) => Rewrite(path, bytes =>
        {
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            return bytes;
        }),
        ["removed"] = (path, _) => File.Delete(path),
    };

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    private static void Rewrite(string path, Func<byte[], byte[]> change) => File.WriteAllBytes(path, change(File.ReadAllBytes(path)));

    private static string[] FilesOf(string folder) =>
        [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Where(path => Path.GetFileName(path) != ".lock").Order()];

    private string CopyOf(string folder, string name)
    {
        foreach (string file in FilesOf(folder))
        {
            string copy = Path.Combine(_folder[name], Path.GetRelativePath(folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        return _folder[name];
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public void OfAnInterruptedRunTheOlderCheckpointIsUsedOrTheFileIsNamed(string damage)
    {
        string run = _folder["run"];
        int epochs = 0;
        Assert.Throws<OperationCanceledException>(() => SmallTraining.Vae(run, () => _ = ++epochs == 2 ? throw new OperationCanceledException() : 0));
        string[] files = FilesOf(run);
        Assert.Equal(9, files.Length);      // two checkpoints of four files, and the plan
        for (int i = 0; i < files.Length; i++)
        {
            string copy = CopyOf(run, $"{i}"), file = Path.Combine(copy, Path.GetRelativePath(run, files[i]));
            _damages[damage](file, _random);
            var warnings = new List<string>();
            if (file.EndsWith("plan.json", StringComparison.Ordinal))
            {
                Assert.Contains(file, Assert.Throws<InvalidDataException>(() => SmallTraining.Vae(copy, warn: warnings.Add)).Message, StringComparison.Ordinal);
                continue;
            }
            Assert.Equal(SmallTraining.Uninterrupted("vae"), SmallTraining.Vae(copy, warn: warnings.Add));
            if (file.Contains("epoch-000002", StringComparison.Ordinal))
            {
                string warning = Assert.Single(warnings);
                Assert.Contains(Path.GetDirectoryName(file)!, warning, StringComparison.Ordinal);
                Assert.EndsWith("epoch-000001.", warning, StringComparison.Ordinal);
            }
            else
            {
                Assert.Empty(warnings);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public void OfAFinishedRunTheFileIsNamed(string damage)
    {
        string run = _folder["run"];
        SmallTraining.Vade(run);
        string[] files = Directory.GetFiles(run, "*.*").Where(path => Path.GetFileName(path) != ".lock").ToArray();
        Assert.Equal(6, files.Length);
        foreach (string file in files)
        {
            byte[] before = File.ReadAllBytes(file);
            _damages[damage](file, _random);
            string message = Assert.Throws<InvalidDataException>(() => Run.Load(run, "vade.ipynb").LoadVade().Dispose()).Message;
            Assert.Contains(run, message, StringComparison.Ordinal);
            // A damaged manifest can be found as its disagreement with a file.
            Assert.Contains(Path.GetFileName(file) is "manifest.json" ? "" : Path.GetFileName(file), message, StringComparison.Ordinal);
            File.WriteAllBytes(file, before);
        }
        Run.Load(run, "vade.ipynb").LoadVade().Dispose();
    }

    [Fact]
    public void AnyBitOfAManifestMayFlip()
    {
        string run = _folder["run"];
        SmallTraining.Vae(run);
        string manifest = Path.Combine(run, "manifest.json");
        byte[] before = File.ReadAllBytes(manifest);
        for (int bit = 0; bit < 8 * before.Length; bit++)
        {
            byte[] bytes = [.. before];
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(manifest, bytes);
            Assert.Contains(run, Assert.Throws<InvalidDataException>(() => Run.Load(run, "vae.ipynb").LoadVae().Dispose()).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public void WithoutAnyUsableCheckpointNothingIsTrainedAgainUnasked(string damage)
    {
        string run = _folder["run"];
        SmallTraining.Vae(run);
        string stage = Path.Combine(run, "checkpoints", "training");
        foreach (string file in FilesOf(stage))
        {
            byte[] before = File.ReadAllBytes(file);
            _damages[damage](file, _random);
            string message = Assert.Throws<InvalidDataException>(() => SmallTraining.Vae(run)).Message;
            Assert.Contains(stage, message, StringComparison.Ordinal);
            Assert.Contains("restart: true", message, StringComparison.Ordinal);
            File.WriteAllBytes(file, before);
        }
    }
}
