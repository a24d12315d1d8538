using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Commands;

namespace Workbook.Execution;

/// <summary>A kernel whose cells are shown rather than run.</summary>
internal sealed class TextKernel : Microsoft.DotNet.Interactive.Kernel, IKernelCommandHandler<SubmitCode>
{
    private readonly Func<string, string> _toMarkdown;

    /// <param name="name">By which cells ask for it.</param>
    /// <param name="language">The language's name.</param>
    /// <param name="toMarkdown">Makes Markdown of a cell.</param>
    public TextKernel(string name, string language, Func<string, string> toMarkdown)
        : base(name)
    {
        KernelInfo.LanguageName = language;
        _toMarkdown = toMarkdown;
    }

    Task IKernelCommandHandler<SubmitCode>.HandleAsync(SubmitCode command, KernelInvocationContext context)
    {
        context.DisplayAs(_toMarkdown(command.Code), "text/markdown");
        return Task.CompletedTask;
    }
}
