using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NetMQ;
using Workbook.Kernel;
using Xunit;

namespace Workbook.Tests.Kernel;

/// <summary>The running kernel, as a front end meets it; one for all tests, which only meet in what cells declare.</summary>
public sealed class JupyterKernelTests(KernelProcess kernel) : IClassFixture<KernelProcess>
{
    private static readonly string _library = Path.Combine(AppContext.BaseDirectory, "DeepClustering.dll");

    [Fact]
    public void ACellIsToldInOrderAndOutputsNameTheirRequest()
    {
        (var reply, var published) = kernel.Run("Console.Write(\"a\"); display(\"b\"); Console.Error.Write(\"c\"); \"d\"");
        Assert.Equal("ok", (string?)reply["status"]);
        int count = (int)reply["execution_count"]!;
        Assert.Equal(["status busy", "execute_input", "stream stdout a", "display_data b", "stream stderr c", "execute_result d", "status idle"],
            published.Select(Describe));
        Assert.Equal(count, (int?)published[1].Content["execution_count"]);
        Assert.Equal(count, (int?)published[5].Content["execution_count"]);
        Assert.Equal(count + 1, (int?)kernel.Run("1").Reply["execution_count"]);
    }

    [Fact]
    public void TextIsSeenWhileTheCellRuns()
    {
        var request = kernel.Execute("Console.WriteLine(\"epoch 1\"); var line = Console.ReadLine();", ("allow_stdin", true));
        var question = kernel.Receive(Channel.Stdin, request);
        Assert.Equal("epoch 1\n", Next("stream")["text"]!.ToString());
        Answer(question, "go on");
        kernel.Receive(Channel.Shell, request);
        Assert.Equal("go on", Result(kernel.Run("line")));
    }

    [Fact]
    public void AnUpdateNamesTheDisplayAlsoFromALaterCell()
    {
        var shown = Only("display_data", kernel.Run("var shown = display(\"old\");"));
        var updated = Only("update_display_data", kernel.Run("shown.Update(\"new\");"));
        Assert.Equal((string?)shown["transient"]!["display_id"], (string?)updated["transient"]!["display_id"]);
        Assert.Equal("new", (string?)updated["data"]!["text/plain"]);
    }

    [Fact]
    public void ATrainingIsOneDisplayThatMoves()
    {
        (var reply, var published) = kernel.Run(TrainingCell.Of(epochs: 3));
        Assert.True((string?)reply["status"] == "ok", reply.ToJsonString());
        Assert.Equal(["status", "execute_input", "display_data", "update_display_data", "update_display_data", "update_display_data", "status"],
            published.Select(message => message.Type));
        var shown = published.Skip(2).SkipLast(1).Select(message => message.Content);
        Assert.Single(shown.Select(content => (string?)content["transient"]!["display_id"]).Distinct());
        Assert.Equal(["value=\"0\" max=\"3\"", "value=\"1\" max=\"3\"", "value=\"2\" max=\"3\"", "value=\"3\" max=\"3\""],
            shown.Select(content => Regex.Match((string)content["data"]!["text/html"]!, "(?<=<progress )value=\"\\d+\" max=\"\\d+\"").Value));
        Assert.StartsWith("epoch   3/3  loss ", (string?)shown.Last()["data"]!["text/plain"], StringComparison.Ordinal);
    }

    [Fact]
    public void AnInterruptedTrainingSaysSoInItsDisplay()
    {
        var request = kernel.Execute(TrainingCell.Of(epochs: 1_000_000));
        Next("update_display_data");
        kernel.Ask(Channel.Control, "interrupt_request", []);
        Assert.Equal("The cell was interrupted.", (string?)kernel.Receive(Channel.Shell, request).Content["evalue"]);
        var last = kernel.Published(request).Last(message => message.Type == "update_display_data").Content;
        Assert.Matches("interrupted after epoch [1-9]\\d* of 1000000, ", (string)last["data"]!["text/html"]!);
    }

    [Fact]
    public void OutputCanBeCleared()
    {
        Assert.False((bool?)Only("clear_output", kernel.Run("ClearOutput();"))["wait"]);
        Assert.True((bool?)Only("clear_output", kernel.Run("ClearOutput(wait: true);"))["wait"]);
    }

    [Fact]
    public void AnErrorTellsCellAndLine()
    {
        (var reply, var published) = kernel.Run("var kept = 5;\nthrow new InvalidOperationException(\"why\");");
        var error = Only("error", (reply, published));
        Assert.Equal("error", (string?)reply["status"]);
        Assert.Equal("System.InvalidOperationException", (string?)error["ename"]);
        Assert.Equal("why", (string?)error["evalue"]);
        string cell = $"cell {reply["execution_count"]}";
        Assert.Equal([$"Error in {cell}, line 2:", "System.InvalidOperationException: why", $"   at {cell}:line 2"],
            error["traceback"]!.AsArray().Select(line => (string?)line));
        Assert.True(JsonNode.DeepEquals(reply["traceback"], error["traceback"]));
        Assert.Equal("CompilationError", (string?)kernel.Run("missing()").Reply["ename"]);
        Assert.Equal("5", Result(kernel.Run("kept.ToString()")));
    }

    [Fact]
    public void AfterAnErrorWhatWaitsIsAbortedUnlessToldOtherwise()
    {
        var bad = kernel.Execute("System.Threading.Thread.Sleep(2000); throw new Exception();");
        var waiting = kernel.Execute("var neverSet = 1;");
        var info = kernel.Send(Channel.Shell, "kernel_info_request", []);
        Assert.Equal("error", (string?)kernel.Receive(Channel.Shell, bad).Content["status"]);
        Assert.Equal("aborted", (string?)kernel.Receive(Channel.Shell, waiting).Content["status"]);
        Assert.Equal("ok", (string?)kernel.Receive(Channel.Shell, info).Content["status"]);
        Assert.Equal("error", (string?)kernel.Run("neverSet").Reply["status"]);

        bad = kernel.Execute("System.Threading.Thread.Sleep(2000); throw new Exception();", ("stop_on_error", false));
        waiting = kernel.Execute("1");
        kernel.Receive(Channel.Shell, bad);
        Assert.Equal("ok", (string?)kernel.Receive(Channel.Shell, waiting).Content["status"]);
    }

    [Fact]
    public void ASilentCellIsNeitherHeardNorCounted()
    {
        int before = (int)kernel.Run("1").Reply["execution_count"]!;
        (var reply, var published) = kernel.Run("var silent = 3; Console.Write(1); silent", ("silent", true));
        Assert.Equal("ok", (string?)reply["status"]);
        Assert.Equal(["status busy", "status idle"], published.Select(Describe));
        Assert.Equal(before, (int?)kernel.Run("var unstored = silent;", ("store_history", false)).Reply["execution_count"]);
        var history = kernel.Ask(Channel.Shell, "history_request", new() { ["hist_access_type"] = "tail", ["n"] = 1, ["output"] = false, ["raw"] = true });
        Assert.Equal($"[[1,{before},\"1\"]]", history["history"]!.ToJsonString());
    }

    [Fact]
    public void ExpressionsAreEvaluatedAfterTheCell()
    {
        var reply = kernel.Run("var five = \"5\";", ("user_expressions", new JsonObject { ["good"] = "five + 1", ["bad"] = "six", ["none"] = "var s = 1;" })).Reply;
        Assert.Equal("ok", (string?)reply["status"]);
        Assert.Equal("51", (string?)reply["user_expressions"]!["good"]!["data"]!["text/plain"]);
        Assert.Equal("CompilationError", (string?)reply["user_expressions"]!["bad"]!["ename"]);
        Assert.Equal("NoValue", (string?)reply["user_expressions"]!["none"]!["ename"]);
    }

    [Fact]
    public void AnInterruptedTrainingStopsAndTheKernelKeepsItsVariables()
    {
        var request = kernel.Execute($"""
            #r "{_library}"
            var epochs = 0;
            while (true)
            {"{"}
                epochs++;
                Console.WriteLine("epoch");
                DeepClustering.Hosting.Interruption.Token.WaitHandle.WaitOne(10);
                DeepClustering.Hosting.Interruption.Token.ThrowIfCancellationRequested();
            {"}"}
            """);
        Next("stream");
        var waiting = kernel.Execute("1");
        Assert.Equal("ok", (string?)kernel.Ask(Channel.Control, "interrupt_request", [])["status"]);
        var reply = kernel.Receive(Channel.Shell, request).Content;
        Assert.Equal("Interrupted", (string?)reply["ename"]);
        Assert.Equal("The cell was interrupted.", (string?)reply["evalue"]);
        Assert.Equal("aborted", (string?)kernel.Receive(Channel.Shell, waiting).Content["status"]);
        Assert.Equal("True", Result(kernel.Run("(epochs > 0).ToString()")));
        Assert.Equal("ok", (string?)kernel.Run("DeepClustering.Hosting.Interruption.Token.ThrowIfCancellationRequested();").Reply["status"]);
    }

    [Fact]
    public void ADeletedWorkingFolderIsNamedAndMayComeBack()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The working folder cannot be deleted there.");
        string folder = Directory.CreateTempSubdirectory("working-").FullName;
        kernel.Run($"var home = System.IO.Directory.GetCurrentDirectory(); System.IO.Directory.SetCurrentDirectory(\"{folder}\");");
        Assert.Equal("2", Result(kernel.Run("(1 + 1).ToString()")));
        Directory.Delete(folder);
        var reply = kernel.Run("(1 + 1).ToString()").Reply;
        Assert.Equal("NoWorkingFolder", (string?)reply["ename"]);
        Assert.StartsWith($"The working folder {folder} is gone", (string?)reply["evalue"], StringComparison.Ordinal);
        Directory.CreateDirectory(folder);
        Assert.Equal(folder, Result(kernel.Run("System.IO.Directory.GetCurrentDirectory()")));
        kernel.Run("System.IO.Directory.SetCurrentDirectory(home);");
        Directory.Delete(folder);
    }

    [Fact]
    public void ACellThatCannotBeInterruptedIsAbandonedAndSaysSo()
    {
        kernel.Run("var earlier = \"kept\"; var runs = true;");
        var request = kernel.Execute("var lost = 1; Console.Write(\"on\"); while (runs) { }");
        Next("stream");
        kernel.Ask(Channel.Control, "interrupt_request", []);
        string message = (string)kernel.Receive(Channel.Shell, request).Content["evalue"]!;
        Assert.Contains("did not stop within 1 s", message, StringComparison.Ordinal);
        Assert.Contains("restart the kernel", message, StringComparison.Ordinal);
        Assert.Equal("kept", Result(kernel.Run("var later = 2; earlier")));
        // It ends now, and its state must not take the place of what came after.
        kernel.Run("runs = false; System.Threading.Thread.Sleep(300);");
        Assert.Equal("2", Result(kernel.Run("later.ToString()")));
        Assert.Equal("error", (string?)kernel.Run("lost").Reply["status"]);
    }

    [Fact]
    public void AnInterruptWithNothingRunningIsForgotten()
    {
        kernel.Ask(Channel.Control, "interrupt_request", []);
        Assert.Equal("ok", (string?)kernel.Run("await Task.Delay(50);").Reply["status"]);
    }

    [Fact]
    public void AQuestionIsAskedWhereTheFrontEndAllowsIt()
    {
        var request = kernel.Execute("await GetPasswordAsync(\"Who?\") + Console.ReadLine()", ("allow_stdin", true));
        var question = kernel.Receive(Channel.Stdin, request);
        Assert.Equal("""{"prompt":"Who?","password":true}""", question.Content.ToJsonString());
        Answer(question, "me");
        question = kernel.Receive(Channel.Stdin, request);
        Assert.False((bool?)question.Content["password"]);
        Answer(question, " too");
        Assert.Equal("me too", Result((kernel.Receive(Channel.Shell, request).Content, kernel.Published(request))));
        foreach (string code in new[] { "Console.ReadLine()", "await GetInputAsync()" })
        {
            Assert.Contains("nobody can be asked", (string?)kernel.Run(code, ("allow_stdin", false)).Reply["evalue"], StringComparison.Ordinal);
        }
    }

    [Fact]
    public void AnInterruptAlsoEndsAQuestion()
    {
        var request = kernel.Execute("Console.ReadLine();", ("allow_stdin", true));
        var question = kernel.Receive(Channel.Stdin, request);
        kernel.Ask(Channel.Control, "interrupt_request", []);
        Assert.Equal("The cell was interrupted.", (string?)kernel.Receive(Channel.Shell, request).Content["evalue"]);
        Answer(question, "too late");
        var next = kernel.Execute("Console.ReadLine()", ("allow_stdin", true));
        Answer(kernel.Receive(Channel.Stdin, next), "in time");
        Assert.Equal("in time", Result((kernel.Receive(Channel.Shell, next).Content, kernel.Published(next))));
    }

    [Fact]
    public void UnsignedMessagesAreDropped()
    {
        var open = new MessageCodec([]);
        var wrong = new MessageCodec("not the key"u8.ToArray());
        var request = Message.Create("execute_request", "intruder", null, [], new() { ["code"] = "var intruded = 1;" });
        kernel.SendFrames(Channel.Shell, open.Write(request));
        kernel.SendFrames(Channel.Shell, wrong.Write(request));
        kernel.SendFrames(Channel.Control, open.Write(Message.Create("shutdown_request", "intruder", null, [], new() { ["restart"] = false })));
        Assert.True(kernel.HearsNothing(Channel.Shell));
        Assert.Equal("error", (string?)kernel.Run("intruded").Reply["status"]);
    }

    [Fact]
    public async Task NothingThatIsSentBringsItDown()
    {
        foreach (var channel in new[] { Channel.Shell, Channel.Control, Channel.Stdin })
        {
            kernel.SendFrames(channel, [[]]);
            kernel.SendFrames(channel, ["<IDS|MSG>"u8.ToArray()]);
            kernel.SendFrames(channel, [.. Enumerable.Repeat(new byte[] { 0xff, 0 }, 20)]);
            kernel.Send(channel, "unknown_request", []);
            kernel.Send(channel, "input_reply", new() { ["value"] = 1 });
        }
        var connection = kernel.Connection;
        foreach (int port in new[] { connection.ShellPort, connection.ControlPort, connection.IOPubPort, connection.StdinPort, connection.HeartbeatPort })
        {
            foreach (byte[] noise in new[] { "GET / HTTP/1.1\r\n\r\n"u8.ToArray(), [.. Enumerable.Repeat((byte)0xff, 500)], new byte[100], [1], [] })
            {
                using var client = new TcpClient();
                await client.ConnectAsync(connection.Ip, port, TestContext.Current.CancellationToken);
                await client.GetStream().WriteAsync(noise, TestContext.Current.CancellationToken);
            }
        }
        Assert.Equal("InvalidRequest", (string?)kernel.Ask(Channel.Shell, "execute_request", new() { ["code"] = 5 })["ename"]);
        Assert.Equal("InvalidRequest", (string?)kernel.Ask(Channel.Shell, "complete_request", [])["ename"]);
        Assert.Equal("InvalidRequest", (string?)kernel.Ask(Channel.Shell, "history_request", new() { ["hist_access_type"] = "all" })["ename"]);
        Assert.Equal("1", Result(kernel.Run("1.ToString()")));
    }

    [Fact]
    public void TheHeartbeatEchoesAlsoWhileACellRuns()
    {
        var request = kernel.Execute("System.Threading.Thread.Sleep(500);");
        kernel.Heartbeat.SendFrame("ping");
        Assert.True(kernel.Heartbeat.TryReceiveFrameString(TimeSpan.FromSeconds(30), out string? echo));
        Assert.Equal("ping", echo);
        kernel.Receive(Channel.Shell, request);
    }

    [Theory]
    [InlineData("Console.WriteL|", "WriteLine")]
    [InlineData("text.Len|", "Length")]
    [InlineData("/* 😀 */ text.Sub|", "Substring")]
    [InlineData("text.Sub|\nvar next = 1;", "Substring")]
    [InlineData("numbers.Select(n => n.CompareT|", "CompareTo")]
    [InlineData("numbers?.Rev|", "Reverse")]
    [InlineData("numbe|", "numbers")]
    [InlineData("System.Te|", "Text")]
    [InlineData("using System.Te|", "Text")]
    [InlineData("List<int>.Equa|", "Equals")]
    [InlineData("3.Comp|", "CompareTo")]
    [InlineData("|", "abstract")]
    [InlineData("forea|", "foreach")]
    [InlineData("// forea|", null)]
    [InlineData("\"forea|", null)]
    public void CompletionKnowsWhatTheCompilerKnows(string code, string? expected)
    {
        kernel.Run("var text = \"abc\"; var numbers = new List<int> { 1 };");
        int cursor = code[..code.IndexOf('|', StringComparison.Ordinal)].EnumerateRunes().Count();
        string written = code.Replace("|", "", StringComparison.Ordinal);
        var reply = kernel.Ask(Channel.Shell, "complete_request", new() { ["code"] = written, ["cursor_pos"] = cursor });
        Assert.Equal("ok", (string?)reply["status"]);
        Assert.Equal(expected, (string?)reply["matches"]!.AsArray().FirstOrDefault());
        Assert.Equal(cursor, (int?)reply["cursor_end"]);
        Assert.True((int?)reply["cursor_start"] <= cursor);
    }

    [Theory]
    [InlineData("tau|", "double tau")]
    [InlineData("/// <summary>Twice.</summary>\nint dou|ble2(int x) => 2 * x;", "int double2(int x)")]
    [InlineData("Math.Ma|x(1, 2)", "int System.Math.Max(int val1, int val2)")]
    [InlineData("string.Join(\",\", |", "string string.Join(string? separator, params string?[] value)")]
    [InlineData("DeepClustering.Hosting.Interrup|tion", "class DeepClustering.Hosting.Interruption\n\nThe process-wide request to stop training early, between two steps.")]
    public void InspectionShowsSignaturesAndDocumentation(string code, string expected)
    {
        kernel.Run($"#r \"{_library}\"\nvar tau = 6.28;");
        var reply = kernel.Ask(Channel.Shell, "inspect_request", new()
        {
            ["code"] = code.Replace("|", "", StringComparison.Ordinal),
            ["cursor_pos"] = code.IndexOf('|', StringComparison.Ordinal),
            ["detail_level"] = 0,
        });
        Assert.True((bool?)reply["found"]);
        Assert.Contains(expected, (string?)reply["data"]!["text/plain"], StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsNotKnownIsNotFound() => Assert.False((bool?)kernel.Ask(
        Channel.Shell, "inspect_request", new() { ["code"] = "unheardOf", ["cursor_pos"] = 2 })["found"]);

    [Fact]
    public void AQuestionIsAnsweredWhileACellRunsAndTheKernelStaysBusy()
    {
        kernel.Run("var answered = \"abc\";");
        var running = kernel.Execute("var line = Console.ReadLine();", ("allow_stdin", true));
        var input = kernel.Receive(Channel.Stdin, running);
        var question = kernel.Send(Channel.Shell, "complete_request", new() { ["code"] = "answered.Len", ["cursor_pos"] = 12 });
        Assert.Equal("Length", (string?)kernel.Receive(Channel.Shell, question).Content["matches"]![0]);
        Assert.Equal(["status busy", "status idle"], kernel.Published(question).Select(Describe));
        var after = kernel.Published();
        Assert.Equal("status busy", Describe(after));
        Assert.True(JsonNode.DeepEquals(running.Header, after.Parent));
        Answer(input, "");
        kernel.Receive(Channel.Shell, running);
    }

    [Fact]
    public void ACellsLanguageComesWithItsRequest()
    {
        var request = kernel.Send(Channel.Shell, "execute_request", new() { ["code"] = "<b>a</b>", ["silent"] = false }, metadata: Metadata("html"));
        Assert.Equal("ok", (string?)kernel.Receive(Channel.Shell, request).Content["status"]);
        Assert.Equal("<b>a</b>", (string?)kernel.Published(request).Single(message => message.Type == "display_data").Content["data"]!["text/html"]);
        request = kernel.Send(Channel.Shell, "execute_request", new() { ["code"] = "1 + 1", ["silent"] = false }, metadata: Metadata("pwsh"));
        Assert.Contains("\"pwsh\", which no kernel here runs", (string?)kernel.Receive(Channel.Shell, request).Content["evalue"], StringComparison.Ordinal);

        static JsonObject Metadata(string language) => new() { ["polyglot_notebook"] = new JsonObject { ["kernelName"] = language } };
    }

    [Fact]
    public void AWorkingFolderThatIsGoneIsNamedAndMayComeBack()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows keeps the folder of a running program.");
        using var folder = new TemporaryFolder();
        string gone = folder["gone"];
        using var own = new KernelProcess();
        own.Run($"System.IO.Directory.CreateDirectory(\"{gone}\"); System.IO.Directory.SetCurrentDirectory(\"{gone}\");");
        own.Run("var kept = \"kept\";");
        Directory.Delete(gone);
        Assert.StartsWith($"The working folder {gone} is gone", (string?)own.Run("kept").Reply["evalue"], StringComparison.Ordinal);
        Directory.CreateDirectory(gone);
        Assert.Equal("kept", Result(own.Run("kept")));
        Assert.Equal(gone, Result(own.Run("Environment.CurrentDirectory")));
    }

    [Fact]
    public void TextThatIsNoUnicodeIsStillToldAsSuch() =>
        Assert.Equal("stream stdout \uFFFD", Describe(kernel.Run("Console.Write(\"\\ud800\");").Published[2]));

    [Fact]
    public void ACommIsClosedAtOnce()
    {
        kernel.Send(Channel.Shell, "comm_open", new() { ["comm_id"] = "c", ["target_name"] = "t", ["data"] = new JsonObject() });
        Assert.Equal("c", (string?)Next("comm_close")["comm_id"]);
        Assert.Empty(kernel.Ask(Channel.Shell, "comm_info_request", [])["comms"]!.AsObject());
    }

    [Theory]
    [InlineData("while (true) { }")]
    [InlineData("1")]
    public void ShutdownEndsTheProcess(string code)
    {
        using var own = new KernelProcess();
        own.Execute(code);
        while (own.Published().Type != "execute_input")
        {
        }
        var reply = own.Ask(Channel.Control, "shutdown_request", new() { ["restart"] = true });
        Assert.Equal("""{"restart":true,"status":"ok"}""", reply.ToJsonString());
        Assert.True(own.HasExited(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task APortThatIsTakenIsNamed()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("connection.json", JsonSerializer.Serialize(kernel.Connection));
        (int exitCode, _, string error) = await BuiltProgram.Run(folder.Path, "kernel", "run", file);
        Assert.Equal(1, exitCode);
        Assert.StartsWith($"error: The kernel cannot listen on 127.0.0.1:{kernel.Connection.HeartbeatPort}: ", error, StringComparison.Ordinal);
    }

    private void Answer(Message question, string answer) =>
        kernel.Send(Channel.Stdin, "input_reply", new() { ["value"] = answer }, question);

    private JsonObject Next(string type)
    {
        var message = kernel.Published();
        while (message.Type != type)
        {
            message = kernel.Published();
        }
        return message.Content;
    }

    private static JsonObject Only(string type, (JsonObject Reply, IReadOnlyList<Message> Published) run) =>
        Assert.Single(run.Published, message => message.Type == type).Content;

    private static string Result((JsonObject Reply, IReadOnlyList<Message> Published) run)
    {
        Assert.True((string?)run.Reply["status"] == "ok", run.Reply.ToJsonString());
        return (string)Only("execute_result", run)["data"]!["text/plain"]!;
    }

    private static string Describe(Message message) => message.Type switch
    {
        "status" => $"status {message.Content["execution_state"]}",
        "stream" => $"stream {message.Content["name"]} {message.Content["text"]}",
        "display_data" or "execute_result" => $"{message.Type} {message.Content["data"]!["text/plain"]}",
        _ => message.Type,
    };
}
