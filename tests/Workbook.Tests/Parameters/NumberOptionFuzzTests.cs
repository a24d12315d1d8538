using System.Globalization;
using System.Text;
using Fuzzing;
using Xunit;

namespace Workbook.Tests.Parameters;

/// <summary>Options that take a number, given text of all sorts in several cultures.</summary>
[Trait("Speed", "slow")]
public sealed class NumberOptionFuzzTests
{
    private static readonly string[] _pieces = ["0", "1", "2", "9", "10", "99999999999", ".", ",", "_", " ", "-", "+", "e", "E", "0x1", "s", "min", "NaN", "Infinity", "\u221e", "\u0663", "\ud835\udfd7", "\u066b", "'", "%", "\t", "\n", "\u00a0", "1e3", "0.5", "(1)", "\u00bd", "@", "\u001b[2J"];
    private static readonly (string[] Command, string Name, bool IsCount)[] _options =
    [
        (["sweep", "x.ipynb", "--over", "a=1"], "--jobs", true), (["sweep", "x.ipynb", "--over", "a=1"], "--task", true), (["cluster", "x.csv"], "--clusters", true),
        (["run", "x.ipynb"], "--cell-timeout", false), (["kernel", "run", "x.json"], "--grace", false),
    ];

    private static readonly CultureInfo[] _cultures = [CultureInfo.InvariantCulture, Commas()];

    [Fact]
    public void HostileNumbersAreReadAsTheyAreOrRefusedWithTheOptionAndTheText() => Fuzz.Run(Input, bytes =>
    {
        string text = Encoding.UTF8.GetString(bytes);
        CultureInfo.CurrentCulture = _cultures[text.Length % 2];
        (string[] command, string name, bool isCount) = _options[text.Length % _options.Length];
        var result = Program.Parse([.. command, $"{name}={text}"]);
        if (result.Errors.Count > 0)
        {
            Assert.All(result.Errors, error => Assert.Contains(name, error.Message, StringComparison.Ordinal));
            throw new FormatException();
        }
        // What was read is the number that the digits say, and nothing but digits, a point and an exponent was read.
        double value = isCount ? result.GetValue<int?>(name)!.Value : result.GetValue<double?>(name)!.Value;
        Assert.DoesNotContain(text, c => !(char.IsAsciiDigit(c) || c is '.' or 'e' or 'E' or '+' or '-'));
        Assert.True(char.IsAsciiDigit(text[0]) && char.IsAsciiDigit(text[^1]));
        Assert.Equal(double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture), value);
        Assert.InRange(value, isCount ? 1 : 0, isCount ? int.MaxValue : 1e6);
    }, e => e is FormatException, bytes => (1 << 20) + (64L * bytes.Length));

    [Theory]
    [InlineData("--cell-timeout", "10s")]
    [InlineData("--cell-timeout", "5min")]
    [InlineData("--cell-timeout", "1_000")]
    [InlineData("--cell-timeout", "0,2")]
    [InlineData("--cell-timeout", "1,000.5")]
    [InlineData("--cell-timeout", "-1")]
    [InlineData("--cell-timeout", "NaN")]
    [InlineData("--grace", "0,1")]
    [InlineData("--grace", "0x1")]
    [InlineData("--grace", "1e999")]
    [InlineData("--jobs", "1,5")]
    [InlineData("--jobs", "99999999999")]
    [InlineData("--task", "1.0")]
    [InlineData("--task", "one")]
    public void TheMessageNamesTheOptionWhatWasGivenAndWhatIsExpected(string name, string text) => Assert.StartsWith($"{name} was given '{text}', expected ",
        Assert.Single(Program.Parse([.. name.StartsWith("--c", StringComparison.Ordinal) || name == "--grace" ? ["run", "x.ipynb"] : (string[])["sweep", "x.ipynb", "--over", "a=1"], $"{name}={text}"]).Errors).Message, StringComparison.Ordinal);

    private static CultureInfo Commas()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (culture.NumberFormat.NumberDecimalSeparator, culture.NumberFormat.NumberGroupSeparator) = (",", ".");
        return culture;
    }

    private static byte[] Input(Random random) => Encoding.UTF8.GetBytes(
        string.Concat(Enumerable.Range(0, random.Next(1, random.Of([3, 8]))).Select(_ => random.Of(random.Next(3) == 0 ? _pieces : ["1", "2", "0", ".", "5"]))));
}
