using System.Text;
using Fuzzing;
using Workbook.Notebooks;
using Workbook.Parameters;
using Workbook.Sweeping;
using Xunit;

namespace Workbook.Tests.Parameters;

[Trait("Speed", "slow")]
public sealed class OptionsFuzzTests : IDisposable
{
    private static readonly byte[][] _real = [.. new[]
    {
        "epochs=3", "vade:epochs=30", "rate=1e-3,1e-4", "seed=1..5", "name=two-step \"x\"\\n", "flag=true", "limit=null", "seed=-9..9,12,20..25", "decay=0.001", "seed=1..9999",
    }.Select(Encoding.UTF8.GetBytes)];
    private static readonly string[] _pieces = ["=", ":", ",", "..", "-", "1", "0", "9999", "10000", "99999999999999999999", "1e308", "1e-400", "NaN", "∞", "null", "true", "epochs",
        "\"", "\\", "\n", "\0", " ", "\u2028", "\ud800", "\udc00", "😀", "𝟗", "٣", "{", "//", "1..9999,", "0x1F", "1_000", "+5", "(5)"];
    private static readonly Type?[] _types = [typeof(int), typeof(int?), typeof(byte), typeof(short), typeof(uint), typeof(long), typeof(ulong), typeof(float), typeof(double),
        typeof(double?), typeof(decimal), typeof(bool), typeof(string), typeof(char), typeof(DayOfWeek), typeof(object), typeof(DateTime), null];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void HostileOptionsAreReadOrRefused()
    {
        var notebook = Notebook.Read(_folder.Write("vade.ipynb", NotebookText.Of()));
        Fuzz.Run(Input, bytes =>
        {
            string text = Encoding.Unicode.GetString(bytes);
            var type = _types[text.Length % _types.Length];
            if (text.Length % 3 == 0)
            {
                Assert.All(SweepAxis.Parse(text).Values, value => Assert.NotEqual("", value));
                return;
            }
            var parameter = Parameter.Parse(text);
            var known = new Dictionary<string, Type?> { ["epochs"] = type, [parameter.Name] = type };
            Assert.InRange(ParameterSet.Resolve([notebook], [known], [parameter])[0].Count, 0, 1);
            ParametersCell.Inject([parameter], _ => type);
        }, e => e is ParameterException, bytes => (8 << 20) + (64L * bytes.Length));
    }

    // Each is a compilation of milliseconds.
    [Fact]
    public void HostileParametersCellsDeclareSomething()
    {
        byte[][] real = [.. new[]
        {
            "var epochs = 100; double? rate = null, decay = 0.5;\nstring name = \"x\"; const int fixedValue = 1;",
            "// what to run\nint limit = 2000;\nvoid f() { var local = 1; }\nSystem.Nullable<int> n = 3; object o = new { a = 1 };",
            "var a = 1; var a = 2; System.Nullable<int?> n; System.Nullable<System.Nullable<bool>> m; int* p; var = 3; dynamic d = 1; (int, int) t = (1, 2);",
        }.Select(Encoding.UTF8.GetBytes)];
        Fuzz.Run(random => random.Next(8) == 0 ? Input(random) : random.Bytes(real), bytes =>
        {
            var notebook = Notebook.Read(_folder.Write("a.ipynb", NotebookText.Of(NotebookText.Code(Encoding.UTF8.GetString(bytes).Replace("\ud800", ""), "parameters"))));
            var declared = ParametersCell.Declared(notebook);
            Assert.DoesNotContain("", declared.Keys);
            ParameterSet.Resolve([notebook], [declared], [new Parameter(null, "epochs", "3")]);
        }, e => e is ParameterException, bytes => (64 << 20) + bytes.Length, oneIn: 100);
    }

    /// <summary>UTF-16, so that a text may hold half a surrogate pair.</summary>
    private static byte[] Input(Random random) => random.Next(3) switch
    {
        0 => Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(random.Bytes(_real))),
        1 => random.Bytes([.. _real.Select(bytes => Encoding.Convert(Encoding.UTF8, Encoding.Unicode, bytes))]),
        _ => Encoding.Unicode.GetBytes($"{random.Of((string[])["", "epochs=", "seed=", "vade:a="])}{string.Concat(Enumerable.Range(0, random.Next(1, random.Of([6, 60]))).Select(_ => random.Of(_pieces)))}"),
    };
}
