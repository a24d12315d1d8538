using DeepClustering.Hosting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.DotNet.Interactive.Formatting;
using Workbook.Execution;
using Workbook.NotebookApi;
using Xunit;

namespace Workbook.Tests.Execution;

/// <summary>One session for all: starting one costs a second, and cells only meet through the names they declare.</summary>
public sealed class NotebookSessionTests(NotebookSessionTests.Fixture fixture) : IClassFixture<NotebookSessionTests.Fixture>
{
    private static string Dll(string name) => Path.Combine(AppContext.BaseDirectory, name + ".dll");

    [Fact]
    public async Task TrailingExpressionIsTheResultInTheFormatItsTypePrefers()
    {
        Assert.Equal([KeyValuePair.Create("text/plain", "a<b")], Assert.Single(await Results("\"a<b\"")).Bundle.Formats);
        var number = Assert.Single(await Results("1 + 1")).Bundle;
        Assert.Equal(["text/html", "text/plain"], number.Formats.Select(format => format.Key));
        Assert.Equal("2", number.Formats[1].Value);
        var nothing = Assert.Single(await Results("(string)null")).Bundle;
        Assert.Contains("&lt;null&gt;", nothing.Formats[0].Value, StringComparison.Ordinal);
        Assert.Equal(["text/html", "text/plain"], nothing.Formats.Select(format => format.Key));
    }

    [Fact]
    public async Task TheTextBesideTheHtmlOfASequenceDoesNotGoThroughItAgain()
    {
        await Run("int made = 0; IEnumerable<int> make() { for (int i = 0; i < 3; i++) { made++; yield return i; } }\nmake().Display(\"text/html\");");
        Assert.Equal(["text/html", "text/plain"], Assert.Single(await Results("int forHtml = made; made = 0; make()")).Bundle.Formats.Select(format => format.Key));
        Assert.Equal("True", Text(await Run("Console.Write(made == forHtml);")));
        Assert.Equal("[ 1, 2 ]", Assert.Single(await Results("new List<int> { 1, 2 }")).Bundle.Formats[1].Value);
    }

    [Fact]
    public async Task StatementsHaveNoResult() => Assert.Empty(await Results("var notShown = 3;"));

    [Fact]
    public async Task ReturnGivesAResult() => Assert.Equal("7", Assert.Single(await Results("return \"7\";")).Bundle.Formats.Single().Value);

    [Fact]
    public async Task StateUsingsAndFunctionsPersist()
    {
        await Run("using System.Globalization; int twice(int x) => 2 * x; var persisted = 20;");
        Assert.Equal("41", Text(await Run("Console.Write((twice(persisted) + 1).ToString(CultureInfo.InvariantCulture));")));
    }

    [Fact]
    public async Task AwaitWorksAtTheTopLevel() =>
        Assert.Equal("5", Text(await Run("await Task.Delay(1); Console.Write(await Task.FromResult(5));")));

    [Fact]
    public async Task ACellThatThrowsKeepsWhatItHadDeclared()
    {
        await Run("var before = 3; throw new Exception(\"x\");");
        Assert.Equal("3", Text(await Run("Console.Write(before);")));
    }

    [Fact]
    public async Task TextAndDisplaysComeInOrder()
    {
        (_, var events) = await Run("""
            Console.Write("a"); display("shown"); Console.Error.Write("b");
            await Task.Run(() => Console.WriteLine("c"));
            HTML("<b>d</b>").Display(); "e".DisplayAs("text/markdown");
            """);
        Assert.Equal(["Stdout:a", "text/plain:shown", "Stderr:b", "Stdout:c\n", "text/html:<b>d</b>", "text/markdown:e"],
            events.Select(e => e switch
            {
                TextWritten written => $"{written.Stream}:{written.Text.ReplaceLineEndings("\n")}",
                Displayed displayed => $"{displayed.Bundle.Formats.Single().Key}:{displayed.Bundle.Formats.Single().Value}",
                _ => e.ToString(),
            }));
    }

    [Fact]
    public async Task DisplayTakesMimeTypes()
    {
        var displayed = Assert.Single((await Run("5.Display(\"text/plain\", \"text/html\");")).Events.OfType<Displayed>());
        Assert.Equal(["text/plain", "text/html"], displayed.Bundle.Formats.Select(format => format.Key));
        Assert.Equal("5", displayed.Bundle.Formats[0].Value);
    }

    [Fact]
    public async Task FramesAndTensorsAreShownUnlessANotebookKnowsBetter()
    {
        await Run($"#r \"{Dll("Microsoft.Data.Analysis")}\"\n#r \"{Dll("TorchSharp")}\"\nusing Microsoft.Data.Analysis; using Microsoft.DotNet.Interactive.Formatting;");
        var frame = Assert.Single(await Results("new DataFrame(new Int32DataFrameColumn(\"n\", new[] { 7 }))")).Bundle;
        Assert.Equal(["text/html", "text/plain"], frame.Formats.Select(format => format.Key));
        Assert.StartsWith("<table>", frame.Formats[0].Value, StringComparison.Ordinal);
        Assert.Equal("torch.Tensor (1), Int32, cpu\n[7]", Assert.Single(await Results("TorchSharp.torch.tensor(new[] { 7 })")).Bundle.Formats[1].Value);
        await Run("Formatter.Register<DataFrame>(frame => \"mine\", \"text/html\");");
        Assert.Equal("mine", Assert.Single(await Results("new DataFrame()")).Bundle.Formats[0].Value);
    }

    [Fact]
    public async Task AnUpdateNamesTheDisplayAndKeepsItsMimeTypes()
    {
        await Run("var shown = display(\"old\");");
        (_, var events) = await Run("shown.Update(\"new\");");
        Assert.Equal([KeyValuePair.Create("text/plain", "new")], Only<DisplayUpdated>(events).Bundle.Formats);
    }

    [Fact]
    public async Task ATypeSaysByAttributeHowItIsShown()
    {
        await Run("""
            class TypeFormatterSourceAttribute : Attribute
            {
                public TypeFormatterSourceAttribute(Type type) { FormatterSourceType = type; }
                public Type FormatterSourceType { get; }
                public string[] PreferredMimeTypes { get; set; }
            }
            class AsFormatter
            {
                public string MimeType { get; set; }
                public bool Format(object value, System.IO.TextWriter writer) { writer.Write("as " + MimeType); return true; }
            }
            class Source
            {
                public IEnumerable<object> CreateTypeFormatters() =>
                    new[] { "text/html", "text/plain", "image/png" }.Select(type => new AsFormatter { MimeType = type });
            }
            [TypeFormatterSource(typeof(Source), PreferredMimeTypes = new[] { "text/html", "image/png", "text/plain" })]
            class Figure { }
            [TypeFormatterSource(typeof(Source))]
            class Plain { }
            """);
        string[] all = ["text/html=as text/html", "image/png=as image/png", "text/plain=as text/plain"];
        Assert.Equal(all, Formats(Assert.Single(await Results("new Figure()")).Bundle));
        Assert.Equal(all, Formats(Only<Displayed>((await Run("display(new Figure());")).Events).Bundle));
        Assert.Equal(all[..1], Formats(Assert.Single(await Results("new Plain()")).Bundle));

        // HTML that only wraps the picture would be the picture twice.
        await Run("""
            using Microsoft.DotNet.Interactive.Formatting;
            class Wrapped
            {
                private readonly string _html;
                public Wrapped(string html) => _html = html;
                public override string ToString() => _html;
            }
            Formatter.Register<Wrapped>(value => value.ToString(), "text/html");
            Formatter.Register<Wrapped>(_ => "iVBOR", "image/png");
            Formatter.SetPreferredMimeTypesFor(typeof(Wrapped), "text/html", "image/png");
            """);
        Assert.Equal(["image/png=iVBOR"], Formats(Assert.Single(await Results("new Wrapped(\"<img src='data:image/png;base64,iVBOR'>\")")).Bundle));
        Assert.Equal(2, Formats(Assert.Single(await Results("new Wrapped(\"<img src='data:image/png;base64,iVBOR'><b>more</b>\")")).Bundle).Count());

        static IEnumerable<string> Formats(MimeBundle bundle) => bundle.Formats.Select(format => $"{format.Key}={format.Value}");
    }

    [Fact]
    public async Task FormattersCanBeRegistered()
    {
        await Run($"class Registered {{ }} {nameof(Microsoft)}.DotNet.Interactive.Formatting.{nameof(Formatter)}.Register<Registered>(r => \"mine\", \"text/html\");");
        Assert.Equal("mine", Assert.Single(await Results("new Registered()")).Bundle.Formats.Single().Value);
    }

    [Fact]
    public async Task WarningsGoToStderrAndFailNothing()
    {
        (var status, var events) = await Run("void warned() { int unused; }");
        Assert.Equal(CellStatus.Succeeded, status);
        var warning = Only<TextWritten>(events);
        Assert.Equal(TextStream.Stderr, warning.Stream);
        Assert.Contains("warning CS0168", warning.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CompilerErrorsHaveLineAndSource()
    {
        var error = await Fails("var fine = 1;\n  var broken = missing;\nstring text = 5;");
        Assert.Equal(2, error.Line);
        Assert.Equal("CS0103: The name 'missing' does not exist in the current context", error.Message);
        Assert.Equal(
        [
            "line 2, column 16: error CS0103: The name 'missing' does not exist in the current context",
            "    var broken = missing;",
            "                 ^",
            "line 3, column 15: error CS0029: Cannot implicitly convert type 'int' to 'string'",
            "    string text = 5;",
            "                  ^",
        ], error.Details);
    }

    [Fact]
    public async Task ExceptionsHaveLineStackAndInnerOnes()
    {
        (_, var events) = await Run("""
            void fails() =>
                throw new InvalidOperationException("inner");
            async Task outer()
            {
                await Task.Yield();
                try { fails(); } catch (Exception e) { throw new ArgumentException("outer", e); }
            }
            await outer();
            """, 12);
        var error = Only<CellFailed>(events).Error;
        Assert.Equal("System.ArgumentException", error.Name);
        Assert.Equal("outer", error.Message);
        Assert.Equal(6, error.Line);
        Assert.Equal(
        [
            "System.ArgumentException: outer",
            "   at outer() in cell 12:line 6",
            "   at cell 12:line 8",
            "---> System.InvalidOperationException: inner",
            "   at fails() in cell 12:line 2",
            "   at outer() in cell 12:line 6",
        ], error.Details);
    }

    [Fact]
    public async Task AMissingReferenceIsAnErrorOfItsLine()
    {
        var error = await Fails("#r \"missing.dll\"\n1");
        Assert.StartsWith("CS0006", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, error.Line);
    }

    [Theory]
    [InlineData("#!markdown\n*a*", null, "text/markdown", "*a*")]
    [InlineData("*a*", "markdown", "text/markdown", "*a*")]
    [InlineData("<b>a</b>", "HTML", "text/html", "<b>a</b>")]
    [InlineData("graph LR", "mermaid", "text/markdown", "```mermaid\ngraph LR\n```")]
    public async Task CellsOfOtherLanguagesAreShown(string code, string? language, string mimeType, string content)
    {
        (var status, var events) = await Run(code, language: language);
        Assert.Equal(CellStatus.Succeeded, status);
        Assert.Contains(KeyValuePair.Create(mimeType, content), Only<Displayed>(events).Bundle.Formats);
    }

    [Theory]
    [InlineData("fsharp")]
    [InlineData("pwsh")]
    [InlineData("sql")]
    [InlineData("python")]
    public async Task ALanguageWithoutAKernelIsNamedAndNotRunAsCSharp(string language)
    {
        (var status, var events) = await Run("Console.Write(1);", 7, language);
        Assert.Equal(CellStatus.Failed, status);
        Assert.StartsWith($"The language of cell 7 is \"{language}\"", Only<CellFailed>(events).Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ThePrivateMembersOfTheLibraryAreThere()
    {
        using var kernel = new Microsoft.DotNet.Interactive.CSharp.CSharpKernel();
        Assert.NotNull(LibraryInternals.ScriptOptions(kernel));
        var state = await CSharpScript.RunAsync("var x = 1;", cancellationToken: TestContext.Current.CancellationToken);
        LibraryInternals.SetScriptState(kernel, state);
        Assert.Same(state, kernel.ScriptState);
        var command = new Microsoft.DotNet.Interactive.Commands.SubmitCode("a");
        LibraryInternals.SetCode(command, "b");
        Assert.Equal("b", command.Code);
        bool isCancelled = false;
        kernel.AddMiddleware(async (submission, context, next) =>
        {
            LibraryInternals.Cancellation(context).Cancel();
            isCancelled = context.CancellationToken.IsCancellationRequested;
            await next(submission, context);
        });
        await kernel.SendAsync(command, TestContext.Current.CancellationToken);
        Assert.True(isCancelled);
    }

    [Fact]
    public async Task NotebooksAndScriptsCanBeImported()
    {
        using var folder = new TemporaryFolder();
        string notebook = folder.Write("other.ipynb", NotebookText.Of(NotebookText.Code("var fromNotebook = \"a\";"), NotebookText.Code("fromNotebook += \"b\";")));
        string script = folder.Write("other.dib", "#!csharp\n\nvar fromScript = fromNotebook + \"c\";\n");
        Assert.Equal("abc", Text(await Run($"#!import {notebook}\n#!import {script}\nConsole.Write(fromScript);")));
        Assert.Contains("nowhere.ipynb", (await Fails("#!import nowhere.ipynb")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task VariablesAreListedAndShared()
    {
        await Run("var sharedNumber = 42;");
        Assert.Contains("sharedNumber", Only<Displayed>((await Run("#!who")).Events).Bundle.Formats[0].Value, StringComparison.Ordinal);
        Assert.Contains("42", Only<Displayed>((await Run("#!whos")).Events).Bundle.Formats[0].Value, StringComparison.Ordinal);
        await Run("#!value --name stored\nsome text");
        Assert.Equal("some text", Text(await Run("#!share --from value stored\nConsole.Write(stored);")));
    }

    [Theory]
    [InlineData("var a = 1;\n#!time", 2, "#!time")]
    [InlineData("#!fsharp\nlet x = 1", 1, "cell 1 asks for #!fsharp, and there is neither a language")]
    [InlineData("1 + 1\n#!pwsh\n1 + 1", 2, "cell 1 asks for #!pwsh")]
    public async Task WhatOnlyTheRealKernelCanDoIsRefused(string code, int line, string message)
    {
        var error = await Fails(code);
        Assert.Equal(line, error.Line);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OutputOfATaskThatOutlivesItsCellIsLost()
    {
        await Run("var gate = new TaskCompletionSource(); var late = Task.Run(async () => { await gate.Task; Console.Write(\"lost\"); });");
        Assert.Equal("kept", Text(await Run("gate.SetResult(); await late; Console.Write(\"kept\");")));
    }

    [Fact]
    public async Task AnAssemblyOfThisProgramHasOneIdentityWhereverItIsReferenced()
    {
        using var folder = new TemporaryFolder();
        string helper = CompileHelper(folder["Helper.dll"]);
        (var status, var events) = await Run($"""
            #r "{Dll("TorchSharp")}"
            #r "{Dll("DeepClustering")}"
            #r "{helper}"
            using TorchSharp;
            using static TorchSharp.torch;
            var tensor = ones(2, 2);
            """);
        Assert.True(status == CellStatus.Succeeded, string.Join('\n', events));
        Assert.Equal("8", Text(await Run("using (var doubled = Helper.Twice(tensor)) Console.Write(doubled.sum().item<float>());")));
        await Run("DeepClustering.Hosting.Interruption.Request();");
        Assert.True(Interruption.Token.IsCancellationRequested);
        await Run("tensor.Dispose();");
        // Of all overloads of torch.tensor, one takes Complex of an older runtime, which the compiler would mention.
        Assert.Empty((await Run("torch.tensor(new long[] { 1 }).Dispose();")).Events);
    }

    [Fact]
    public async Task ALaterReferenceToALibraryOfThisProgramLeavesDisplayUnambiguous()
    {
        var session = new NotebookSession();
        var events = new List<CellEvent>();
        foreach (string code in new[]
        {
            "var shown = display(1);",
            $"#r \"{Dll("TorchSharp")}\"",
            $"#r \"{Dll("DeepClustering")}\"",
            "shown.Update(display(2).MimeTypes.Count); 3.Display();",
        })
        {
            await session.RunAsync(code, 1, events.Add, TimeSpan.Zero, TestContext.Current.CancellationToken);
        }
        Assert.Equal([typeof(Displayed), typeof(Displayed), typeof(DisplayUpdated), typeof(Displayed)], events.Select(e => e.GetType()));
    }

    [Fact]
    public async Task ReferencesAreRelativeToTheWorkingDirectory()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["notebooks"]);
        File.Copy(Dll("Microsoft.Data.Analysis"), folder["Other.dll"]);
        string before = Directory.GetCurrentDirectory();
        Directory.SetCurrentDirectory(folder["notebooks"]);
        try
        {
            Assert.Equal(CellStatus.Succeeded, (await Run("#r \"../Other.dll\"\nMicrosoft.Data.Analysis.DataFrame frame = null;")).Status);
        }
        finally
        {
            Directory.SetCurrentDirectory(before);
        }
    }

    [Fact]
    public async Task ACellThatHeedsTheInterruptionIsInterrupted()
    {
        (var status, var events) = await Cancelled($"""
            #r "{Dll("DeepClustering")}"
            var token = DeepClustering.Hosting.Interruption.Token;
            Console.Write("running");
            token.WaitHandle.WaitOne();
            token.ThrowIfCancellationRequested();
            """, TimeSpan.FromSeconds(30));
        Assert.Equal(CellStatus.Interrupted, status);
        Assert.Equal("running", Only<TextWritten>(events).Text);
        Assert.Equal(CellStatus.Succeeded, (await Run("DeepClustering.Hosting.Interruption.Token.ThrowIfCancellationRequested();")).Status);
    }

    [Fact]
    public async Task ACellThatWatchesTheLibrarysTokenIsInterrupted()
    {
        (var status, _) = await Cancelled("""
            Console.Write("running");
            await Task.Delay(60_000, Microsoft.DotNet.Interactive.KernelInvocationContext.Current.CancellationToken);
            """, TimeSpan.FromSeconds(30));
        Assert.Equal(CellStatus.Interrupted, status);
    }

    [Fact]
    public async Task ACellThatDoesNotIsAbandonedAndHeardNoMore()
    {
        (var status, var events) = await Cancelled("""
            Console.Write("running");
            System.Threading.Thread.Sleep(20_000);
            Console.Write("late");
            """, TimeSpan.FromMilliseconds(50), new NotebookSession());
        Assert.Equal(CellStatus.Abandoned, status);
        Assert.Single(events);
    }

    [Fact]
    public async Task AnAbandonedCellThatEndsAfterAllChangesNothing()
    {
        var session = new NotebookSession();
        var events = new List<CellEvent>();
        await session.RunAsync("var over = new System.Threading.ManualResetEventSlim();", 1, events.Add, TimeSpan.Zero, TestContext.Current.CancellationToken);
        (var status, _) = await Cancelled("var lost = 1; Console.Write(1); over.Wait();", TimeSpan.FromMilliseconds(50), session);
        Assert.Equal(CellStatus.Abandoned, status);
        await session.RunAsync("over.Set(); await Task.Delay(200); var later = 2;", 2, events.Add, TimeSpan.Zero, TestContext.Current.CancellationToken);
        Assert.Equal(typeof(int), session.TypeOf("later"));
        Assert.Null(session.TypeOf("lost"));
        Assert.Empty(events);
    }

    [Fact]
    public async Task ReferencesAreBoundOnceAndNotAgainForEveryCell()
    {
        await Run("1 + 1");
        int before = BoundReferences();
        for (int i = 0; i < 5; i++)
        {
            await Run($"using System.IO; var named{i} = new StringBuilder().Append({i}).ToString();");
        }
        Assert.InRange(before, 1, 1000);
        Assert.Equal(before, BoundReferences());
        // What a cell does not reference itself, an earlier one does.
        Assert.Equal("4", Text(await Run("Console.Write(named4 + string.Concat(Array.Empty<int>().Select(n => n)) + Path.GetFileName(\"\"));")));

        int BoundReferences()
        {
            int count = 0;
            for (var submission = fixture.Session.Compile("1"); submission is not null; submission = submission.ScriptCompilationInfo!.PreviousScriptCompilation)
            {
                count += submission.ExternalReferences.Length;
            }
            return count;
        }
    }

    [Theory]
    [InlineData("Console.ReadLine();")]
    [InlineData("await GetInputAsync(\"Name?\");")]
    public async Task InputWithoutAUserIsAnError(string code) =>
        Assert.Contains("nobody can be asked", (await Fails(code)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task ConsoleReadSaysWhatToUseInstead() =>
        Assert.Contains("use Console.ReadLine", (await Fails("Console.Read();")).Message, StringComparison.Ordinal);

    /// <summary>Cancels a cell as soon as it has written something.</summary>
    private async Task<(CellStatus Status, IReadOnlyList<CellEvent> Events)> Cancelled(
        string code, TimeSpan grace, NotebookSession? session = null)
    {
        var events = new List<CellEvent>();
        using var cancellation = new CancellationTokenSource();
        var status = await (session ?? fixture.Session).RunAsync(code, 1, e =>
        {
            events.Add(e);
            _ = Task.Run(cancellation.Cancel);
        }, grace, cancellation.Token);
        return (status, events);
    }

    private async Task<(CellStatus Status, IReadOnlyList<CellEvent> Events)> Run(string code, int number = 1, string? language = null)
    {
        var events = new List<CellEvent>();
        var status = await fixture.Session.RunAsync(
            code, number, events.Add, TimeSpan.Zero, TestContext.Current.CancellationToken, language: language);
        return (status, events);
    }

    private async Task<IEnumerable<ResultProduced>> Results(string code) => (await Run(code)).Events.OfType<ResultProduced>();

    private async Task<CellError> Fails(string code)
    {
        (var status, var events) = await Run(code);
        Assert.Equal(CellStatus.Failed, status);
        return Only<CellFailed>(events).Error;
    }

    private static T Only<T>(IReadOnlyList<CellEvent> events)
        where T : CellEvent
    {
        Assert.True(events is [T], string.Join('\n', events.Select(e => e is CellFailed failed ? string.Join('\n', failed.Error.Details) : e.ToString())));
        return (T)events[0];
    }

    private static string Text((CellStatus Status, IReadOnlyList<CellEvent> Events) run) =>
        string.Concat(run.Events.Select(e => Assert.IsType<TextWritten>(e).Text));

    private static string CompileHelper(string path)
    {
        var compilation = CSharpCompilation.Create("Helper",
            [CSharpSyntaxTree.ParseText("public static class Helper { public static TorchSharp.torch.Tensor Twice(TorchSharp.torch.Tensor t) => t * 2; }")],
            [
                .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
                    .Select(file => MetadataReference.CreateFromFile(file)),
            ],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        Assert.True(compilation.Emit(path).Success);
        return path;
    }

    public sealed class Fixture
    {
        internal NotebookSession Session { get; } = new();
    }
}
