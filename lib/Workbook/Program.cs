using Workbook.Execution;
var s = new CSharpSession();
int n = 0;
foreach (var cell in File.ReadAllText(args[0]).Split("\n%%\n")) {
  var sw = System.Diagnostics.Stopwatch.StartNew();
  var o = Console.Out;
  var st = await s.RunAsync(cell, ++n, e => o.WriteLine(e is CellFailed f ? string.Join("\n", f.Error.Details) + " @" + f.Error.Line : e is Displayed d ? string.Join("|", d.Bundle.Formats.Select(x => x.Key + "=" + x.Value[..Math.Min(60, x.Value.Length)])) : e is ResultProduced r ? "=> " + string.Join("|", r.Bundle.Formats.Select(x => x.Key + "=" + x.Value[..Math.Min(60, x.Value.Length)])) : e), TimeSpan.FromSeconds(1), default);
  Console.WriteLine($"[{n}] {st} {sw.ElapsedMilliseconds} ms");
}
