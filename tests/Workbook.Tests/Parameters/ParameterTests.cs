using System.Globalization;
using CsCheck;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Workbook.Notebooks;
using Workbook.Parameters;
using Xunit;

namespace Workbook.Tests.Parameters;

public sealed class ParameterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("epochs=3", null, "epochs", "3")]
    [InlineData("vade:name=a=b:c", "vade", "name", "a=b:c")]
    [InlineData("empty=", null, "empty", "")]
    public void AParameterIsReadAndWrittenAlike(string text, string? notebook, string name, string value)
    {
        var parameter = Parameter.Parse(text);
        Assert.Equal(new Parameter(notebook, name, value), parameter);
        Assert.Equal(text, parameter.ToString());
    }

    [Theory]
    [InlineData("epochs")]
    [InlineData("=3")]
    [InlineData("vade:=3")]
    [InlineData(":epochs=3")]
    public void AnythingElseIsRefused(string text) =>
        Assert.Contains(text, Assert.Throws<ParameterException>(() => Parameter.Parse(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(typeof(int), "-3", "-3")]
    [InlineData(typeof(int), "1e3", "1000")]
    [InlineData(typeof(long), "5000000000", "5000000000L")]
    [InlineData(typeof(byte), "255", "255")]
    [InlineData(typeof(double), "1e-3", "0.001")]
    [InlineData(typeof(double), "3", "3")]
    [InlineData(typeof(float), "0.5", "0.5F")]
    [InlineData(typeof(decimal), "0.10", "0.10M")]
    [InlineData(typeof(bool), "True", "true")]
    [InlineData(typeof(int?), "4", "4")]
    [InlineData(typeof(int?), "null", "null")]
    [InlineData(typeof(string), "null", "\"null\"")]
    [InlineData(typeof(string), "a\"b\\c\n", "\"a\\\"b\\\\c\\n\"")]
    public void AValueBecomesALiteralOfItsType(Type type, string value, string literal) =>
        Assert.Equal(literal, ParameterLiteral.Of(new Parameter(null, "p", value), type));

    [Theory]
    [InlineData(typeof(int), "3.5", "a whole number (int)")]
    [InlineData(typeof(int), "ten", "a whole number (int)")]
    [InlineData(typeof(int), "3000000000", "a whole number (int)")]
    [InlineData(typeof(int), "null", "a whole number (int)")]
    [InlineData(typeof(int?), "x", "a whole number (int) or null")]
    [InlineData(typeof(double), "0,5", "a number such as 0.001 (double)")]
    [InlineData(typeof(double), "NaN", "a number such as 0.001 (double)")]
    [InlineData(typeof(bool), "1", "true or false (bool)")]
    [InlineData(typeof(DayOfWeek), "Monday", "System.DayOfWeek, which cannot be given")]
    [InlineData(typeof(int[]), "1", "System.Int32[], which cannot be given")]
    public void AValueOfAnotherTypeIsRefusedWithNameValueAndType(Type type, string value, string expected)
    {
        string message = Assert.Throws<ParameterException>(() => ParameterLiteral.Of(new Parameter(null, "epochs", value), type)).Message;
        Assert.StartsWith($"The parameter epochs was given the value '{value}', expected ", message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnyStringSurvivesAsALiteral()
    {
        var literals = new List<(string Value, string Literal)>();
        Gen.String.Sample(value => literals.Add((value, ParameterLiteral.Of(new Parameter(null, "p", value), typeof(string)))), iter: 200, threads: 1);
        // One compilation for all, because each takes a while.
        string[] values = await CSharpScript.EvaluateAsync<string[]>($"new[] {{ {string.Join(", ", literals.Select(pair => pair.Literal))} }}",
            cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(literals.Select(pair => pair.Value), values);
    }

    [Fact]
    public void NumbersSurviveAsLiterals() => Gen.Double.Where(double.IsFinite).Sample(value =>
        double.Parse(ParameterLiteral.Of(new Parameter(null, "p", value.ToString("R", CultureInfo.InvariantCulture)), typeof(double)), CultureInfo.InvariantCulture) == value);

    [Fact]
    public void DeclaredAreTheVariablesOfTheTaggedCell()
    {
        var notebook = Write("a", """
            // what to run
            var epochs = 100; double? rate = null, decay = 0.5;
            string name = "x"; const int fixedValue = 1; var other = Unknown.Thing;
            void notAVariable() { var local = 1; }
            """);
        var declared = ParametersCell.Declared(notebook);
        Assert.Equal(["epochs", "rate", "decay", "name", "other"], declared.Keys);
        Assert.Equal([typeof(int), typeof(double?), typeof(double?), typeof(string), null], declared.Values);
    }

    [Fact]
    public void AParameterGoesToTheNotebooksThatDeclareIt()
    {
        Notebook[] notebooks = [Write("vae", "var epochs = 1; var seed = 1;"), Write("vade", "var epochs = 2;"), Write("none", null)];
        Assert.Equal([["epochs=5", "vae:seed=9"], ["vade:epochs=7"], []], Resolve(notebooks, "vade:epochs=7", "epochs=3", "epochs=5", "vae:seed=9"));
    }

    [Theory]
    [InlineData("batch=3", "No notebook has the parameter batch. There is: vae:epochs.")]
    [InlineData("vade:epochs=3", "No notebook has the parameter vade:epochs. There is: vae:epochs.")]
    [InlineData("epochs=many", "The parameter epochs was given the value 'many', expected a whole number (int).")]
    public void WhatCannotBeSetIsRefusedBeforeAnythingRuns(string parameter, string message) =>
        Assert.Equal(message, Assert.Throws<ParameterException>(() => Resolve([Write("vae", "var epochs = 1;")], parameter)).Message);

    [Theory]
    [InlineData("const int epochs = 5;", "a constant")]
    [InlineData("int epochs { get; set; } = 5;", "a property")]
    [InlineData("var (epochs, rate) = (5, 0.1);", "a part of a tuple")]
    public void WhatIsNoVariableIsSaidToBeWhatItIs(string cell, string kind) => Assert.Contains($"epochs is {kind} in the cell tagged parameters of ",
        Assert.Throws<ParameterException>(() => Resolve([Write("a", cell)], "epochs=3")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(typeof(double), "1e-400")]
    [InlineData(typeof(float), "1e-50")]
    [InlineData(typeof(decimal), "1e-40")]
    public void ANumberTooSmallForItsTypeIsNotTakenForZero(Type type, string value) =>
        Assert.Throws<ParameterException>(() => ParameterLiteral.Of(new Parameter(null, "p", value), type));

    private static IEnumerable<IEnumerable<string>> Resolve(Notebook[] notebooks, params string[] parameters) =>
        ParameterSet.Resolve(notebooks, [.. parameters.Select(Parameter.Parse)]).Select(resolved => resolved.Select(parameter => parameter.ToString()));

    private Notebook Write(string name, string? parameters) => Notebook.Read(_folder.Write(name + ".ipynb",
        parameters is null ? NotebookText.Of() : NotebookText.Of(NotebookText.Code(parameters, "parameters"))));
}
