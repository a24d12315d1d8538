using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;

namespace Workbook.Kernel;

/// <summary>Documentation of symbols, from the source or from the XML file beside an assembly; the framework's is in the SDK.</summary>
internal static partial class Documentation
{
    private static readonly Lazy<string[]> _framework = new(FrameworkFiles);

    /// <summary>A symbol's documentation as plain text, or null if there is none.</summary>
    /// <param name="symbol">The symbol.</param>
    /// <param name="compilation">Where it comes from.</param>
    public static string? Of(ISymbol symbol, Compilation compilation)
    {
        symbol = (symbol as IMethodSymbol)?.ReducedFrom ?? symbol.OriginalDefinition;
        string? xml = symbol.GetDocumentationCommentXml() is { Length: > 0 } source ? source : FromFile(symbol, compilation);
        try
        {
            return xml is null ? null : Format(XElement.Parse(xml));
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private static string? FromFile(ISymbol symbol, Compilation compilation)
    {
        if (symbol.ContainingAssembly is not { } assembly || symbol.GetDocumentationCommentId() is not { } id
            || compilation.GetMetadataReference(assembly) is not PortableExecutableReference { FilePath: { } path })
        {
            return null;
        }
        string beside = Path.ChangeExtension(path, ".xml");
        bool isFramework = Path.GetDirectoryName(path) == Path.TrimEndingDirectorySeparator(RuntimeEnvironment.GetRuntimeDirectory());
        string[] files = isFramework ? _framework.Value : File.Exists(beside) ? [beside] : [];
        return files.Select(file => Member(file, id)).FirstOrDefault(member => member is not null);
    }

    // By search and not by an XML reader: the framework has 30 MB, and which file documents a type cannot be told from where it is.
    private static string? Member(string file, string id)
    {
        string text = File.ReadAllText(file);
        int start = text.IndexOf($"<member name=\"{id}\">", StringComparison.Ordinal);
        int end = start < 0 ? -1 : text.IndexOf("</member>", start, StringComparison.Ordinal);
        return end < 0 ? null : text[start..(end + "</member>".Length)];
    }

    /// <summary>The files of the reference pack, if there is an SDK, with the most used first.</summary>
    private static string[] FrameworkFiles()
    {
        string root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
        string packs = Path.Combine(root, "packs", "Microsoft.NETCore.App.Ref");
        string? pack = Directory.Exists(packs) ? Directory.GetDirectories(packs, $"{Environment.Version.Major}.*").Order().LastOrDefault() : null;
        string[] first = ["System.Runtime.xml", "System.Console.xml", "System.Collections.xml", "System.Linq.xml"];
        return pack is null
            ? []
            : [.. Directory.GetFiles(pack, "*.xml", SearchOption.AllDirectories).OrderByDescending(file => first.Contains(Path.GetFileName(file)))];
    }

    private static string Format(XElement member)
    {
        var text = new StringBuilder();
        foreach (var section in member.Elements())
        {
            string? heading = section.Name.LocalName switch
            {
                "summary" => "",
                "param" or "typeparam" => $"{(string?)section.Attribute("name")}: ",
                "returns" => "Returns: ",
                "exception" => $"Throws {Name(section)}: ",
                "remarks" => "Remarks: ",
                _ => null,
            };
            if (heading is not null)
            {
                text.Append(heading).Append(Spaces().Replace(Text(section), " ").Trim()).Append('\n');
            }
        }
        return text.ToString().TrimEnd();
    }

    private static string Text(XElement element) => string.Concat(element.Nodes().Select(node => node switch
    {
        XText text => text.Value,
        XElement { IsEmpty: true } reference => Name(reference),
        XElement nested => Text(nested) + (nested.Name == "para" ? " " : ""),
        _ => "",
    }));

    // "T:System.Int32" is Int32, "M:System.Console.WriteLine(System.String)" is Console.WriteLine.
    private static string Name(XElement reference)
    {
        if ((string?)reference.Attribute("cref") is not { } id)
        {
            return (string?)reference.Attribute("name") ?? (string?)reference.Attribute("langword") ?? "";
        }
        string[] parts = id[(id.IndexOf(':', StringComparison.Ordinal) + 1)..].Split('(')[0].Split('.');
        return string.Join('.', parts[^(id.StartsWith("T:", StringComparison.Ordinal) ? 1 : Math.Min(2, parts.Length))..]);
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
