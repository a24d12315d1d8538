using DeepClustering.Storage;
using Workbook.Execution;
using Workbook.NotebookApi;
using Workbook.Notebooks;
using Workbook.Parameters;

namespace Workbook.Running;

/// <summary>Runs a notebook's cells in order, in a session of its own in this process.</summary>
internal sealed class NotebookRunner : IDisposable
{
    /// <summary>A cell with this tag is left out (nbclient's convention).</summary>
    private const string SkipTag = "skip-execution";

    /// <summary>A cell with this tag may fail (nbclient's convention).</summary>
    private const string RaisesTag = "raises-exception";

    private readonly NotebookSession _session = new();
    private readonly CellOutputs _outputs = new();
    private readonly Notebook _notebook;
    private readonly string _output;
    private readonly RunLimits _limits;
    private readonly IRunProgress _progress;
    private readonly RunReport? _report;
    private IReadOnlyList<Parameter> _toInject;
    private string? _heading;

    private NotebookRunner(
        Notebook notebook, string output, IReadOnlyList<Parameter> parameters, RunLimits limits, IRunProgress progress, RunReport? report)
    {
        _notebook = notebook;
        _output = output;
        _toInject = parameters;
        _limits = limits;
        _progress = progress;
        _report = report;
    }

    /// <summary>Runs a notebook in its own folder and writes the executed copy after every cell, whatever its end.</summary>
    /// <param name="notebook">The notebook; it becomes the executed copy.</param>
    /// <param name="output">The file that is written.</param>
    /// <param name="parameters">Values for variables of its parameters cell.</param>
    /// <param name="limits">How long things may take.</param>
    /// <param name="progress">Sees what happens.</param>
    /// <param name="interruption">Asks the running cell to stop.</param>
    /// <param name="report">Is told what happens, should this process die of it.</param>
    /// <exception cref="ParameterException">A parameter cannot be set.</exception>
    /// <exception cref="IOException">The output cannot be written.</exception>
    public static async Task<NotebookResult> RunAsync(Notebook notebook, string output, IReadOnlyList<Parameter> parameters,
        RunLimits limits, IRunProgress progress, CancellationToken interruption, RunReport? report = null)
    {
        output = Path.GetFullPath(output);
        AtomicFile.EnsureWritable(output);
        string folder = Directory.GetCurrentDirectory();
        Directory.SetCurrentDirectory(Path.GetDirectoryName(notebook.Path)!);
        try
        {
            using var runner = new NotebookRunner(notebook, output, parameters, limits, progress, report);
            return await runner.RunAsync(interruption);
        }
        finally
        {
            Directory.SetCurrentDirectory(folder);
        }
    }

    public void Dispose() => _session.Dispose();

    private async Task<NotebookResult> RunAsync(CancellationToken interruption)
    {
        _notebook.Prepare();
        if (_toInject.Count > 0)
        {
            _notebook.RemoveTagged(ParametersCell.InjectedTag);
        }
        // Whatever happens, an earlier run's results must not be mistaken for this one's.
        AtomicFile.Write(_output, _notebook.ToString());
        var result = new NotebookResult(NotebookResult.Succeeded, null, null);
        for (int i = 0; i < _notebook.Cells.Count && result.ExitCode == NotebookResult.Succeeded; i++)
        {
            var cell = _notebook.Cells[i];
            _heading = Headings.Last(cell) ?? _heading;
            if (!cell.IsRunnable)
            {
                continue;
            }
            if (cell.HasTag(SkipTag))
            {
                _progress.Note($"left out ({SkipTag}): {Headings.FirstLine(cell)}");
                continue;
            }
            if (interruption.IsCancellationRequested)
            {
                return result with { ExitCode = NotebookResult.Interrupted };
            }
            result = await RunAsync(cell, i, (result.Cell?.Number ?? 0) + 1, interruption);
            AtomicFile.Write(_output, _notebook.ToString());
            if (_toInject.Count > 0 && ParametersCell.IsParameters(cell) && result.ExitCode == NotebookResult.Succeeded)
            {
                _notebook.Insert(i + 1, ParametersCell.Inject(_toInject, _session.TypeOf));
                _toInject = [];
            }
        }
        AtomicFile.Write(_output, _notebook.ToString());
        return result;
    }

    private async Task<NotebookResult> RunAsync(NotebookCell cell, int index, int number, CancellationToken interruption)
    {
        int count = _notebook.Cells.Count(c => c.IsRunnable && !c.HasTag(SkipTag)) + (_toInject.Count > 0 ? 1 : 0);
        var position = new CellPosition(number, count, _heading ?? Headings.FirstLine(cell));
        CellError? error = null;
        _progress.CellStarted(position);
        _report?.Begin(position, index);
        _outputs.Begin(number);

        using var timeout = new CancellationTokenSource();
        if (_limits.Cell is { } limit)
        {
            timeout.CancelAfter(limit);
        }
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, interruption);
        var status = await _session.RunAsync(cell.Source, number, Handle, _limits.Grace, stop.Token, language: cell.Language);

        if (status is CellStatus.Interrupted or CellStatus.Abandoned)
        {
            Handle(new CellFailed(Stopped(status, interruption.IsCancellationRequested)));
        }
        cell.SetOutputs(number, _outputs.ToJson());
        _progress.CellEnded(position, status);
        if (status == CellStatus.Failed && cell.HasTag(RaisesTag))
        {
            _progress.Note($"failed, and its tag {RaisesTag} lets the run go on: {error!.Message}");
            return new NotebookResult(NotebookResult.Succeeded, position, null);
        }
        int exitCode = status == CellStatus.Succeeded ? NotebookResult.Succeeded
            : interruption.IsCancellationRequested ? NotebookResult.Interrupted
            : NotebookResult.Failed;
        return new NotebookResult(exitCode, position, error);

        void Handle(CellEvent cellEvent)
        {
            error = (cellEvent as CellFailed)?.Error ?? error;
            _report?.Add(cellEvent);
            _outputs.Add(cellEvent);
            _progress.Happened(cellEvent);
        }
    }

    private CellError Stopped(CellStatus status, bool interrupted)
    {
        string abandoned = status == CellStatus.Abandoned
            ? FormattableString.Invariant($" It did not stop within {_limits.Grace.TotalSeconds:0.###} s of being asked to, and was abandoned.")
            : "";
        return interrupted
            ? CellError.Of("Interrupted", "The cell was interrupted." + abandoned)
            : CellError.Of("TimedOut", FormattableString.Invariant(
                $"The cell did not end within {_limits.Cell!.Value.TotalSeconds:0.###} s (--cell-timeout).") + abandoned);
    }
}
