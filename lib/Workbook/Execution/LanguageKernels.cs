using System.Text;
using DeepClustering.Charts;
using Microsoft.CodeAnalysis.Scripting;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Commands;
using Microsoft.DotNet.Interactive.CSharp;
using Microsoft.DotNet.Interactive.Events;
using Microsoft.DotNet.Interactive.PackageManagement;

namespace Workbook.Execution;

/// <summary>The kernels of .NET Interactive that run a notebook's cells, one for each language.</summary>
internal sealed class LanguageKernels : IDisposable
{
    /// <summary>For messages: the languages of cells.</summary>
    public const string Languages = "Languages of cells: csharp, html, javascript, markdown, mermaid, value.";

    private const string ChartPackage = "Plotly.NET.Interactive";

    private readonly Lock _gate = new();
    private readonly CompositeKernel _all;
    private CellLines _lines = new("");
    private KernelInvocationContext? _running;
    private bool _isCancelled;

    /// <param name="predecessor">Kernels whose variables and packages are taken over, or null for a new session.</param>
    /// <param name="state">The predecessor's variables.</param>
    public LanguageKernels(LanguageKernels? predecessor = null, ScriptState? state = null)
    {
        CSharp = new CSharpKernel()
            .UseNugetDirective(AddPackagesAsync)
            .UseImportMagicCommand()
            .UseValueSharing()
            .UseWho();
        Options = predecessor?.Options ?? Options
            .AddReferences(typeof(CellFunctions).Assembly)
            // Debug information gives stack traces their line numbers.
            .WithEmitDebugInformation(true)
            .WithFileEncoding(Encoding.UTF8);
        if (state is not null)
        {
            LibraryInternals.SetScriptState(CSharp, state);
        }
        CSharp.AddMiddleware(RestoreLinesAsync);
        _all = new CompositeKernel
        {
            { CSharp, ["c#", "C#"] },
            new HtmlKernel(),
            { new JavaScriptKernel().UseValueSharing(), ["js"] },
            { new TextKernel("markdown", "Markdown", text => text), ["md"] },
            new TextKernel("mermaid", "Mermaid", text => $"```mermaid\n{text.Trim()}\n```"),
            new KeyValueStoreKernel().UseValueSharing(),
        };
        _all.DefaultKernelName = CSharp.Name;
        _all.AddMiddleware(NoteContextAsync);
        _all.RegisterCommandHandler<RequestInput>(AskAsync);
        _all.SetDefaultTargetKernelNameForCommand(typeof(RequestInput), _all.Name);
    }

    /// <summary>The kernel of C# cells.</summary>
    public CSharpKernel CSharp { get; }

    /// <summary>What the cells do.</summary>
    public IObservable<KernelEvent> Events => _all.KernelEvents;

    /// <summary>What C# cells are compiled with.</summary>
    public ScriptOptions Options
    {
        get => LibraryInternals.ScriptOptions(CSharp);
        private set => LibraryInternals.ScriptOptions(CSharp) = value;
    }

    /// <summary>Whether there is a kernel of a language.</summary>
    /// <param name="language">Any of its names; upper and lower case are the same.</param>
    public bool Runs(string language) => Find(language) is not null;

    /// <summary>Runs a cell. Not to be called again before it ended.</summary>
    /// <param name="code">The cell's source.</param>
    /// <param name="name">The file name that it is compiled under.</param>
    /// <param name="language">The kernel of its language, or null for C#.</param>
    public async Task RunAsync(string code, string name, string? language)
    {
        lock (_gate)
        {
            _lines = new CellLines(code);
            _running = null;
            _isCancelled = false;
        }
        Options = NotYetCompiledWith().WithFilePath(name);
        await _all.SendAsync(new SubmitCode(code, language is null ? CSharp.Name : Find(language)?.Name), CancellationToken.None);
    }

    /// <summary>Cancels the token that the running cell finds in its <see cref="KernelInvocationContext"/>.</summary>
    public void Cancel()
    {
        lock (_gate)
        {
            _isCancelled = true;
            if (_running is { IsComplete: false } context)
            {
                LibraryInternals.Cancellation(context).Cancel();
            }
        }
    }

    public void Dispose() => _all.Dispose();

    /// <summary>The options without the references and imports that the last submission was compiled with, which the next one inherits.</summary>
    /// <remarks>
    /// The compiler binds each submission's references again for all that come after it, and keeps them: given anew every time, as the
    /// library does, they take memory with the square of the number of cells, about a gigabyte after 1,000.
    /// </remarks>
    private ScriptOptions NotYetCompiledWith() => CSharp.ScriptState?.Script.Options is { } before
        ? Options.WithReferences(Options.MetadataReferences.Except(before.MetadataReferences)).WithImports(Options.Imports.Except(before.Imports))
        : Options;

    private Microsoft.DotNet.Interactive.Kernel? Find(string language) => _all.ChildKernels.FirstOrDefault(
        kernel => kernel.KernelInfo.Aliases.Append(kernel.Name).Contains(language, StringComparer.OrdinalIgnoreCase));

    private async Task NoteContextAsync(KernelCommand command, KernelInvocationContext context, KernelPipelineContinuation next)
    {
        bool isCancelled;
        lock (_gate)
        {
            _running = context;
            isCancelled = _isCancelled;
        }
        if (isCancelled)
        {
            Cancel();
        }
        await next(command, context);
    }

    // The library cuts a cell with directives into parts, whose errors would name the lines of the part.
    private async Task RestoreLinesAsync(KernelCommand command, KernelInvocationContext context, KernelPipelineContinuation next)
    {
        if (command is SubmitCode part)
        {
            LibraryInternals.SetCode(part, _lines.Place(part.Code));
        }
        await next(command, context);
    }

    private async Task AddPackagesAsync(CSharpKernel kernel, IReadOnlyList<ResolvedPackageReference> packages)
    {
        kernel.AddAssemblyReferences(packages.SelectMany(package => package.AssemblyPaths).Select(OwnAssembly));
        await PackageExtensions.LoadAsync(_all, packages);
        if (packages.Any(package => package.PackageName.Equals(ChartPackage, StringComparison.OrdinalIgnoreCase)))
        {
            // Its own formatter takes plotly.js from a network, and has no picture.
            NotebookFormatting.RegisterCharts();
        }
    }

    // At run time an assembly of this program is always the program's own one: so it is compiled against that one, too.
    private static string OwnAssembly(string path)
    {
        string own = Path.Combine(AppContext.BaseDirectory, Path.GetFileName(path));
        return File.Exists(own) ? own : path;
    }

    private static async Task AskAsync(RequestInput command, KernelInvocationContext context) =>
        context.Publish(new InputProduced(await CellScope.AskAsync(command.Prompt, command.IsPassword), command));
}
