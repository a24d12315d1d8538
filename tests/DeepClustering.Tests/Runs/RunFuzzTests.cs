using System.Text;
using DeepClustering.Data;
using DeepClustering.Metrics;
using DeepClustering.Models;
using DeepClustering.Networks;
using DeepClustering.Runs;
using DeepClustering.Storage;
using DeepClustering.Studies;
using DeepClustering.Training;
using Fuzzing;
using Xunit;

namespace DeepClustering.Tests.Runs;

[Trait("Speed", "slow")]
public sealed class RunFuzzTests : IDisposable
{
    private static readonly string[] _names = ["run.json", "history.json", "metrics.json", "manifest.json"];

    private readonly TemporaryFolder _folder = new(inMemory: true);

    public void Dispose() => _folder.Dispose();

    // The first byte tells which file the others are of. Without a manifest nothing stands between a damaged file and its reader.
    [Fact]
    public void HostileRecordsAreReadOrRefused()
    {
        string folder = _folder["run"];
        var digits = Dataset.FromBytes("small", new ImageShape(1, 1, 4), [.. new byte[12]], ClassLabels.Of([0, 1, 2]));
        using (var vade = new Vade(2, new MultilayerPerceptron { InputSize = 4, HiddenWidths = [3], LatentSize = 2 }))
        {
            var epoch = new DeepClustering.Training.Epoch(1, 1, 2.5, new Dictionary<string, double> { ["consistency"] = 1, ["information"] = 1.5 }, 0.1, 0.5,
                ClusterDiagnostics.Of(TorchSharp.torch.full(3, 2, 0.5)));
            var run = Run.Of(vade, digits, "two-step", 7, new Stage("training", new() { Epochs = 1, SelfAugmentation = new() }, [epoch])) with
            {
                Scores = new(0.5, 0.5, null, 0.1, null, 3),
            };
            run.Save(folder, vade);
        }
        byte[][] real = [.. _names.Select(name => File.ReadAllBytes(Path.Combine(folder, name)))];
        real[0] = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(real[0]).Replace("\"Format\": 1", "\"Format\": 0", StringComparison.Ordinal));
        JsonMutations[] documents = [.. real.Select(bytes => new JsonMutations(Encoding.UTF8.GetString(bytes)))];
        for (int i = 0; i < real.Length; i++)
        {
            File.WriteAllBytes(Path.Combine(folder, _names[i]), real[i]);
        }
        File.Delete(Path.Combine(folder, FileSet.ManifestFile));

        Fuzz.Run(random =>
        {
            int file = random.Next(_names.Length);
            return [(byte)file, .. random.Next(4) == 0 ? random.Bytes([real[file]]) : Encoding.UTF8.GetBytes(documents[file].Next(random))];
        }, bytes =>
        {
            string path = Path.Combine(folder, _names[bytes[0]]);
            File.WriteAllBytes(path, bytes[1..]);
            try
            {
                Use(Run.Load(folder, "vade.ipynb"), digits);
            }
            finally
            {
                if (bytes[0] == 3)
                {
                    File.Delete(path);
                }
                else
                {
                    File.WriteAllBytes(path, real[bytes[0]]);
                }
            }
        }, e => e is InvalidDataException && e.Message.Contains(folder, StringComparison.Ordinal), bytes => (256 << 10) + (128L * bytes.Length));
    }

    private static void Use(Run run, Dataset digits)
    {
        using var vade = run.LoadVade();
        run.RequireData(digits);
        _ = SeedStudy.Overview([run]);
        _ = string.Join('\n', run.Stages.SelectMany(stage => stage.History));
    }
}
