using System.Globalization;
using System.Text;
using DeepClustering.Data;
using DeepClustering.Files;
using DeepClustering.Tests.Data;
using DeepClustering.Training;
using Xunit;

namespace DeepClustering.Tests.Files;

public sealed class TableSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _log = [];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a,b\n1,2.5\n-3,4e1\n")]
    [InlineData("a,b\n1,2.5\n-3,4e1")]
    [InlineData("a,b\r\n1,2.5\r\n-3,4e1\r\n")]
    [InlineData("\uFEFFa,b\n1,2.5\n-3,4e1\n")]
    [InlineData("\"a\",\"b\"\n\"1\",2.5\n-3,\"4e1\"\n")]
    [InlineData("a;b\n1;2.5\n-3;4e1\n")]
    [InlineData("a;b\n1;2,5\n-3;40\n")]
    [InlineData("a\tb\n1\t2.5\n-3\t40\n")]
    [InlineData("a|b\n 1 | 2.5 \n-3|40\n\n")]
    [InlineData("a b\n1 2.5\n-3 40\n")]
    [InlineData("  a    b\n  1  2.5\n -3   40 \n")]
    [InlineData("a\tb\n1\t\t2.5\n-3\t 40\t\n")]
    [InlineData("\"a\" \"b\"\r\n1 2.5\r\n\r\n-3 40\r\n")]
    public void ReadsATableHoweverItIsWritten(string text)
    {
        var set = Read(text);
        Assert.Equal(["a", "b"], set.Columns);
        Assert.Equal([1, 2.5f, -3, 40], [.. set.Row(0), .. set.Row(1)]);
        Assert.Null(set.Shape);
        Assert.Null(set.Labels);
    }

    [Fact]
    public void BlanksSeparateOnlyWhereNothingElseDoes()
    {
        var quoted = Read("\"two  words\" b\n\"New  York\" 2\n\"Rome\"   3\n", new() { Id = "two  words" });
        Assert.Equal(["New  York", "Rome"], quoted.RowNames);
        Assert.Equal(["two words"], Read("two words\n1\n2\n").Columns);
        Assert.Equal(["a b", "c d"], Read("a b,c d\n1,2\n").Columns);
        Assert.Equal(["a b", "c d"], Read("a b\tc d\n1\t2\n").Columns);
        AssertRefused("1 2\n3 4 5\n", "no finite number");
        // Longer than any buffer on the way, with blanks wherever these end.
        string[] lines = [.. Enumerable.Range(0, 3000).Select(i => $"{new string(' ', i % 7)}{i}{new string(' ', 1 + i % 5)}{-i}{new string('\t', i % 3)}")];
        var long_ = Read(string.Join('\n', lines));
        Assert.Equal(3000, long_.Count);
        Assert.All(Enumerable.Range(0, 3000), i => Assert.Equal([i, -i], long_.Row(i)));
    }

    [Fact]
    public void ATextThatIsNotInUtf8KeepsItsNamesApart()
    {
        byte[] text = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat("1,x\n", 40_000)) + "2,ä\n3,ö\n4,ä\n");
        string path = _folder.Write(text);
        var set = TableSource.Read(path, new() { Labels = "2", Log = _log.Add });
        Assert.Equal(["x", "ä", "ö"], set.ClassNames);
        Assert.Equal($"'{path}' is not in UTF-8; it is read as Windows-1252.", Assert.Single(_log));
        Assert.Equal(["€"], TableSource.Read(_folder.Write([0x80, (byte)'\n', (byte)'1']), new() { Log = _log.Add }).Columns);
    }

    [Theory]
    [InlineData(1_700_000_000, 1, 0)]        // times in seconds
    [InlineData(0, 1e-48, 0)]                // all of them 0 as float32
    [InlineData(20_000_000_000, 1, 3)]
    public void NumbersThatFloat32CannotTellApartAreNotTrainedOn(double offset, double step, int column)
    {
        var set = Read(string.Join('\n', Enumerable.Range(0, 100).Select(i => string.Join(',',
            Enumerable.Range(0, 4).Select(c => (c == column ? offset + i * step : i).ToString("R", CultureInfo.InvariantCulture))))));
        foreach (var some in new[] { set, set.Take(50), set.WithoutLabels(), set.Named("other"), Dataset.Concat("both", set, set) })
        {
            string message = Assert.Throws<ArgumentException>(() => VadeRecipe.SelfAugmented.Fit(some, new() { Clusters = 3 })).Message;
            Assert.StartsWith($"{some.Name} has numbers in column '{column + 1}' that single precision (float32) cannot tell apart", message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("0.1", "0.1")]                      // constant, and no float
    [InlineData("0.3", "0.30000000000000004")]      // but for float64's rounding
    [InlineData("16777216", "16777218")]            // exact as floats
    [InlineData("1700000000", "1700086400")]        // a day apart
    public void NumbersThatItTellsApartAre(string first, string second) =>
        Assert.Null(Read(string.Concat(Enumerable.Repeat($"{first}\n{second}\n", 100))).Lost);

    [Fact]
    public void QuotesMayHoldDelimitersAndLines()
    {
        var set = Read("\"name, full\",x,\"say \"\"y\"\"\"\n\"A, B\",1,2\n\"C\nD\",3,4\n", new() { Id = "name, full" });
        Assert.Equal(["x", "say \"y\""], set.Columns);
        Assert.Equal(["A, B", "C\nD"], set.RowNames);
        Assert.Equal([3, 4], set.Row(1));
    }

    [Fact]
    public void AHeaderIsTold()
    {
        Assert.Equal(["1", "2"], Read("1,2\n3,4\n").Columns);
        Assert.Equal(2, Read("1,2\n3,4\n").Count);
        Assert.Equal(["1", "2"], Read("1,2\n3,4\n", new() { Header = true }).Columns);
        Assert.Equal(1, Read("1,2\n3,4\n", new() { Header = true }).Count);
        // No name over numbers: the first line is data, and the class a column of words.
        var iris = Read("5.1,3.5,setosa\n4.9,3.0,setosa\n6.3,3.3,virginica\n", new() { Labels = "3" });
        Assert.Equal((3, 2), (iris.Count, iris.InputSize));
        Assert.Equal(["setosa", "virginica"], iris.ClassNames);
        Assert.Equal([0, 0, 1], iris.Labels);
    }

    [Fact]
    public void ColumnsHaveTheirPart()
    {
        var set = Read("id,x,class,note,y\nr1,1,10,hm,2\nr2,3,2,\"\",4\n", new() { Labels = "class", Id = "id", Exclude = ["note"] });
        Assert.Equal(["x", "y"], set.Columns);
        Assert.Equal(["2", "10"], set.ClassNames);
        Assert.Equal([1, 0], set.Labels);
        Assert.Equal(["r1", "r2"], set.RowNames);
    }

    [Fact]
    public void AColumnThatDoesNotExistIsNamedWithThoseThatDo()
    {
        AssertRefused("a,b\n1,2\n", "no label column 'c'; its columns are a, b", new() { Labels = "c" });
        AssertRefused("a,b\n1,2\n", "no id column 'A'", new() { Id = "A" });
        AssertRefused("a,b\n1,2\n", "no excluded column 'z'", new() { Exclude = ["z"] });
        AssertRefused("a,a\n1,2\n", "2 columns called 'a'");
        AssertRefused("a,b\n1,2\n", "no column of values", new() { Exclude = ["a", "b"] });
    }

    [Fact]
    public void ARowOfAnotherLengthIsNamed()
    {
        AssertRefused("a,b\n1,2\n3,4,5\n6,7\n", "3 cells in line 3; expected 2");
        AssertRefused("a,b\n1,2\n3\n6,7\n", "1 cells in line 3; expected 2");
    }

    [Theory]
    [InlineData("abc", "no finite number")]
    [InlineData("1.2.3", "no finite number")]
    [InlineData("inf", "no finite number")]
    [InlineData("-Infinity", "no finite number")]
    [InlineData("1e39", "no finite number")]
    [InlineData("NaN", "a missing value")]
    [InlineData("NA", "a missing value")]
    [InlineData("?", "a missing value")]
    [InlineData("", "a missing value")]
    public void ACellThatHoldsNoNumberIsNamed(string cell, string what)
    {
        string text = $"a,b\n1,2\n3,{cell}\n5,6\n";
        AssertRefused(text, $"{what} in row 2 (line 3), column 'b': '{cell}'");
        var left = Read(text, new() { Missing = MissingValues.LeaveOut });
        Assert.Equal([1, 2, 5, 6], [.. left.Row(0), .. left.Row(1)]);
        Assert.Contains("1 rows with missing values", Assert.Single(_log));
        var filled = Read(text, new() { Missing = MissingValues.Mean });
        Assert.Equal([3, 4], filled.Row(1));
    }

    [Fact]
    public void AColumnOfWordsCannotBeFilledIn()
    {
        AssertRefused("a,b\n1,x\n2,y\n", "no number in column 'b'", new() { Missing = MissingValues.Mean });
        AssertRefused("a,b\n1,x\n2,y\n", "no row without missing values", new() { Missing = MissingValues.LeaveOut });
        AssertRefused("a,b,c\n1,1,x\n2,1,\n", "no label in line 3, column 'c'", new() { Labels = "c" });
    }

    [Fact]
    public void DecimalCommasAreNotMixedWithPoints()
    {
        AssertRefused("a;b\n1,5;2,5\n2.5;1\n", "no finite number in row 2 (line 3), column 'a'");
        AssertRefused("a;b\n1.000,5;2,5\n", "no finite number", new() { DecimalComma = true });
        Assert.Equal([1.5f], Read("a\n\"1,5\"\n", new() { DecimalComma = true }).Row(0));
    }

    [Fact]
    public void NoRowsAndOneRow()
    {
        AssertRefused("", "is empty");
        AssertRefused("\n\n", "is empty");
        AssertRefused("a,b\n", "no rows");
        Assert.Equal([1, 2], Read("a,b\n1,2\n").Row(0));
    }

    [Fact]
    public void AMillionColumnsAreReadOrRefusedWithTheSum()
    {
        string line = string.Join(',', Enumerable.Repeat("1", 1_000_000));
        string path = _folder.Write(Encoding.UTF8.GetBytes($"{line}\n{line}\n"));
        try
        {
            Assert.Equal((2, 1_000_000), TableSource.Read(path) is var set ? (set.Count, set.InputSize) : default);
        }
        catch (InvalidDataException e)
        {
            Assert.Contains(path, e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ATableBeyondMemoryIsRefusedBeforeItIsRead()
    {
        string path = _folder.Write(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("1.5,2.5\n", 100_000))));
        string message = Assert.Throws<InvalidDataException>(() => TableSource.Read(path, new() { MemoryLimit = 1 << 20 })).Message;
        Assert.Contains("100,000 rows × 2 values × 4 bytes × 2 = 2 MiB, there are 1 MiB", message);
        Assert.Equal(1500, TableSource.Read(path, new() { MemoryLimit = 1 << 20, Limit = 1500 }).Count);
    }

    [Fact]
    public void AGzipFileIsUnzippedAndADamagedOneRefused()
    {
        byte[] whole = Idx.Gzip(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 5000).Select(i => $"{i},{i * i}\n"))));
        Assert.Equal(5000, TableSource.Read(_folder.Write(whole)).Count);
        Assert.Equal(10_000, TableSource.Read(_folder.Write([.. whole, .. whole])).Count);
        byte[] damaged = [.. whole];
        damaged[whole.Length / 2] ^= 0x55;
        // Cut short, a table would be a shorter table.
        foreach (byte[] bytes in new[] { damaged, whole[..^1], whole[..^8], whole[..^9], whole[..(whole.Length / 2)], [.. whole, 1], [.. whole, .. whole[..^1]] })
        {
            string path = _folder.Write(bytes);
            Assert.Contains($"'{path}' is a damaged gzip file", Assert.Throws<InvalidDataException>(() => TableSource.Read(path)).Message);
        }
    }

    private Dataset Read(string text, DataOptions? options = null) =>
        Datasets.Open(_folder.Write(Encoding.UTF8.GetBytes(text)), (options ?? new()) with { Log = _log.Add });

    private void AssertRefused(string text, string expected, DataOptions? options = null)
    {
        string path = _folder.Write(Encoding.UTF8.GetBytes(text));
        string message = Assert.Throws<InvalidDataException>(() => Datasets.Open(path, options)).Message;
        Assert.All([path, expected], part => Assert.Contains(part, message, StringComparison.Ordinal));
    }
}
