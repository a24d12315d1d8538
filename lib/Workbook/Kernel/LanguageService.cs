using System.Text.Json.Nodes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Workbook.Execution;

namespace Workbook.Kernel;

/// <summary>Completion and inspection: what the compiler knows of a cell that is being written after those that have run.</summary>
internal sealed class LanguageService(NotebookSession session)
{
    private static readonly CSharpParseOptions _script = new(LanguageVersion.Latest, kind: SourceCodeKind.Script);

    private static readonly SymbolDisplayFormat _signature = SymbolDisplayFormat.CSharpErrorMessageFormat
        .WithMemberOptions(SymbolDisplayMemberOptions.IncludeParameters | SymbolDisplayMemberOptions.IncludeType
            | SymbolDisplayMemberOptions.IncludeContainingType | SymbolDisplayMemberOptions.IncludeRef
            | SymbolDisplayMemberOptions.IncludeConstantValue)
        .WithParameterOptions(SymbolDisplayParameterOptions.IncludeName | SymbolDisplayParameterOptions.IncludeType
            | SymbolDisplayParameterOptions.IncludeParamsRefOut | SymbolDisplayParameterOptions.IncludeDefaultValue
            | SymbolDisplayParameterOptions.IncludeExtensionThis)
        .WithLocalOptions(SymbolDisplayLocalOptions.IncludeType)
        .WithKindOptions(SymbolDisplayKindOptions.IncludeTypeKeyword | SymbolDisplayKindOptions.IncludeNamespaceKeyword);

    private static readonly string[] _keywords =
        [.. SyntaxFacts.GetKeywordKinds().Select(SyntaxFacts.GetText).Where(text => char.IsAsciiLetter(text[0])).Distinct()];

    /// <summary>Whether a cell can be run as it is (complete), lacks its end (incomplete) or cannot be right (invalid).</summary>
    public static JsonObject IsComplete(string code)
    {
        var tree = CSharpSyntaxTree.ParseText(code, _script);
        if (!SyntaxFactory.IsCompleteSubmission(tree))
        {
            string last = code[(code.TrimEnd().LastIndexOf('\n') + 1)..];
            string indent = last[..^last.TrimStart().Length] + (last.TrimEnd().EndsWith('{') ? "    " : "");
            return new() { ["status"] = "incomplete", ["indent"] = indent };
        }
        bool wrong = tree.GetDiagnostics().Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        return new() { ["status"] = wrong ? "invalid" : "complete" };
    }

    /// <summary>The names that could stand at the cursor.</summary>
    /// <param name="code">The cell.</param>
    /// <param name="cursor">The cursor, counted in code points as the protocol does.</param>
    public JsonObject Complete(string code, int cursor)
    {
        int end = ToIndex(code, cursor);
        int start = end;
        while (start > 0 && SyntaxFacts.IsIdentifierPartCharacter(code[start - 1]))
        {
            start--;
        }
        string prefix = code[start..end];
        var cell = new Cell(session.Compile(code));
        (string Text, string Kind)[] matches =
        [
            .. (cell.IsText(start) ? [] : Candidates(cell, start))
                .Where(match => match.Text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                .DistinctBy(match => match.Text)
                .OrderByDescending(match => match.Text.StartsWith(prefix, StringComparison.Ordinal))
                .ThenBy(match => match.Text, StringComparer.OrdinalIgnoreCase),
        ];
        int from = ToCursor(code, start);
        int to = ToCursor(code, end);
        return new()
        {
            ["status"] = "ok",
            ["matches"] = new JsonArray([.. matches.Select(match => (JsonNode)match.Text)]),
            ["cursor_start"] = from,
            ["cursor_end"] = to,
            ["metadata"] = new JsonObject
            {
                ["_jupyter_types_experimental"] = new JsonArray([.. matches.Select(match => new JsonObject
                {
                    ["text"] = match.Text,
                    ["type"] = match.Kind,
                    ["start"] = from,
                    ["end"] = to,
                })]),
            },
        };
    }

    /// <summary>Signatures and documentation of what is named at the cursor, or of the method whose arguments it is in.</summary>
    /// <inheritdoc cref="Complete"/>
    public JsonObject Inspect(string code, int cursor)
    {
        var cell = new Cell(session.Compile(code));
        var symbols = cell.SymbolsAt(ToIndex(code, cursor));
        var data = new JsonObject();
        if (symbols.Length > 0)
        {
            string signatures = string.Join('\n', symbols.Select(symbol => symbol.ToDisplayString(_signature)));
            string? text = symbols.Select(symbol => Documentation.Of(symbol, cell.Compilation)).FirstOrDefault(found => found is not null);
            data["text/plain"] = text is null ? signatures : $"{signatures}\n\n{text}";
        }
        return new() { ["status"] = "ok", ["found"] = symbols.Length > 0, ["data"] = data, ["metadata"] = new JsonObject() };
    }

    private static IEnumerable<(string Text, string Kind)> Candidates(Cell cell, int position)
    {
        var receiver = cell.Receiver(position);
        var symbols = receiver is null ? cell.Model.LookupSymbols(position) : cell.MembersOf(receiver, position);
        return symbols.Where(symbol => symbol.CanBeReferencedByName && !IsHidden(symbol))
            .Select(symbol => (symbol.Name, KindOf(symbol)))
            .Concat(receiver is null ? _keywords.Select(keyword => (keyword, "keyword")) : []);
    }

    // [EditorBrowsable(EditorBrowsableState.Never)]
    private static bool IsHidden(ISymbol symbol) => symbol.GetAttributes().Any(attribute =>
        attribute.AttributeClass?.Name == "EditorBrowsableAttribute" && attribute.ConstructorArguments is [{ Value: 1 }]);

    // The names that Jupyter's front ends have pictures for.
    private static string KindOf(ISymbol symbol) => symbol switch
    {
        IMethodSymbol => "function",
        IPropertySymbol => "property",
        ITypeSymbol { TypeKind: TypeKind.Interface } => "interface",
        ITypeSymbol => "class",
        INamespaceSymbol => "module",
        IFieldSymbol { ContainingType.IsScriptClass: false } => "field",
        _ => "variable",
    };

    private static int ToIndex(string code, int cursor)
    {
        int index = 0;
        foreach (var rune in code.EnumerateRunes())
        {
            if (cursor-- <= 0)
            {
                break;
            }
            index += rune.Utf16SequenceLength;
        }
        return index;
    }

    private static int ToCursor(string code, int index) => code[..index].EnumerateRunes().Count();

    /// <summary>A cell as the compiler sees it.</summary>
    private sealed class Cell(Compilation compilation)
    {
        // The files of #load come before it.
        private readonly SyntaxNode _root = compilation.SyntaxTrees.Last().GetRoot();

        public Compilation Compilation => compilation;

        public SemanticModel Model { get; } = compilation.GetSemanticModel(compilation.SyntaxTrees.Last());

        /// <summary>Whether a position is in a comment or a literal.</summary>
        public bool IsText(int position)
        {
            var token = TokenBefore(position);
            bool isLiteral = token.Parent is LiteralExpressionSyntax && !token.IsKeyword() && position > token.SpanStart
                && (position < token.Span.End || token.ContainsDiagnostics);
            return isLiteral || token.IsKind(SyntaxKind.InterpolatedStringTextToken)
                || _root.FindTrivia(position - 1).Kind() is SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia;
        }

        /// <summary>What stands before the dot before a position, or null if there is no dot.</summary>
        public ExpressionSyntax? Receiver(int position)
        {
            var dot = TokenBefore(position);
            return dot.Parent switch
            {
                MemberAccessExpressionSyntax access when access.OperatorToken == dot => access.Expression,
                QualifiedNameSyntax name when name.DotToken == dot => name.Left,
                MemberBindingExpressionSyntax binding when binding.OperatorToken == dot =>
                    binding.FirstAncestorOrSelf<ConditionalAccessExpressionSyntax>(access => access.WhenNotNull.Span.Contains(binding.Span))?.Expression,
                _ => null,
            };
        }

        /// <summary>What can stand after the dot after a receiver.</summary>
        public IEnumerable<ISymbol> MembersOf(ExpressionSyntax receiver, int position)
        {
            // Bound anew: the dot may have made a type's name of a variable, as in "text.⏎var y = 3;".
            var expression = SyntaxFactory.ParseExpression(receiver.ToString());
            const SpeculativeBindingOption Full = SpeculativeBindingOption.BindAsExpression;
            return Model.GetSpeculativeSymbolInfo(position, expression, Full).Symbol switch
            {
                INamespaceSymbol container => Model.LookupNamespacesAndTypes(position, container),
                ITypeSymbol container => Model.LookupSymbols(position, container).Where(member => member.IsStatic || member is ITypeSymbol),
                _ when Model.GetSpeculativeTypeInfo(position, expression, Full).Type is { } type =>
                    Model.LookupSymbols(position, type, includeReducedExtensionMethods: true)
                        .Where(member => !member.IsStatic && member is not ITypeSymbol),
                _ => [],
            };
        }

        /// <summary>What is named at a position, or else the method in whose arguments it is; all overloads, the meant one first.</summary>
        public ISymbol[] SymbolsAt(int position)
        {
            var token = _root.FindToken(Math.Min(position, Math.Max(0, _root.FullSpan.End - 1)));
            if (!token.IsKind(SyntaxKind.IdentifierToken) || token.Span.Start > position)
            {
                token = TokenBefore(position);
            }
            var node = token.Parent;
            var named = node is not null && (token.IsKind(SyntaxKind.IdentifierToken) || node is PredefinedTypeSyntax) ? SymbolsOf(node) : [];
            if (named.Length > 0)
            {
                return named;
            }
            return node?.FirstAncestorOrSelf<ArgumentListSyntax>()?.Parent switch
            {
                InvocationExpressionSyntax call => SymbolsOf(call.Expression),
                BaseObjectCreationExpressionSyntax creation => SymbolsOf(creation),
                _ => [],
            };
        }

        private ISymbol[] SymbolsOf(SyntaxNode node)
        {
            if (Model.GetDeclaredSymbol(node) is { } declared)
            {
                return [declared];
            }
            var info = Model.GetSymbolInfo(node);
            ISymbol[] overloads = [.. Model.GetMemberGroup(node)];
            ISymbol[] symbols = info.Symbol is { } symbol
                ? [symbol, .. overloads.Where(other => !SymbolEqualityComparer.Default.Equals(other, symbol))]
                : [.. info.CandidateSymbols.Union(overloads, SymbolEqualityComparer.Default)];
            return symbols.Length > 0 ? symbols : Model.GetTypeInfo(node).Type is { TypeKind: not TypeKind.Error } type ? [type] : [];
        }

        private SyntaxToken TokenBefore(int position)
        {
            var token = _root.FindToken(Math.Max(0, position - 1));
            return token.SpanStart < position ? token : token.GetPreviousToken(includeZeroWidth: false);
        }
    }
}
