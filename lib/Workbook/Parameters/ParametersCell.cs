using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Workbook.Notebooks;

namespace Workbook.Parameters;

/// <summary>The cell tagged <c>parameters</c>, which declares what the command line can set (papermill's convention).</summary>
internal static class ParametersCell
{
    public const string Tag = "parameters";
    public const string InjectedTag = "injected-parameters";

    /// <summary>
    /// The variables that a notebook's parameters cell declares, in its order, with the type where the cell alone tells it.
    /// </summary>
    public static IReadOnlyDictionary<string, Type?> Declared(Notebook notebook)
    {
        var compilation = CSharpScript.Create(notebook.Cells.FirstOrDefault(IsParameters)?.Source ?? "").GetCompilation();
        var tree = compilation.SyntaxTrees.Single();
        var model = compilation.GetSemanticModel(tree);
        var variables =
            from field in tree.GetRoot().ChildNodes().OfType<FieldDeclarationSyntax>()
            where !field.Modifiers.Any(SyntaxKind.ConstKeyword)
            from variable in field.Declaration.Variables
            where !variable.Identifier.IsMissing
            select KeyValuePair.Create(variable.Identifier.ValueText, RuntimeType((model.GetDeclaredSymbol(variable) as IFieldSymbol)?.Type));
        // A cell that declares one twice does not compile, which is said when it runs.
        return new OrderedDictionary<string, Type?>(variables.DistinctBy(variable => variable.Key));
    }

    /// <summary>How a notebook's parameters cell declares a name that is no variable, such as "a constant"; null if it declares none such.</summary>
    public static string? Unsettable(Notebook notebook, string name)
    {
        var root = CSharpSyntaxTree.ParseText(notebook.Cells.FirstOrDefault(IsParameters)?.Source ?? "",
            new CSharpParseOptions(LanguageVersion.Latest, kind: SourceCodeKind.Script)).GetRoot();
        return root.DescendantNodes().Select(node => node switch
        {
            VariableDeclaratorSyntax { Parent.Parent: FieldDeclarationSyntax field } variable when variable.Identifier.ValueText == name
                && field.Modifiers.Any(SyntaxKind.ConstKeyword) => "a constant",
            PropertyDeclarationSyntax property when property.Identifier.ValueText == name => "a property",
            SingleVariableDesignationSyntax part when part.Identifier.ValueText == name => "a part of a tuple",
            _ => null,
        }).FirstOrDefault(kind => kind is not null);
    }

    /// <summary>True for the cell that declares the parameters.</summary>
    public static bool IsParameters(NotebookCell cell) => cell.IsRunnable && cell.HasTag(Tag);

    /// <summary>The cell that sets parameters after they were declared.</summary>
    /// <param name="parameters">At least one parameter.</param>
    /// <param name="typeOf">A variable's type.</param>
    /// <exception cref="ParameterException">A value is not of its variable's type.</exception>
    public static NotebookCell Inject(IEnumerable<Parameter> parameters, Func<string, Type?> typeOf)
    {
        var assignments = parameters.Select(parameter =>
            $"{parameter.Name} = {ParameterLiteral.Of(parameter, typeOf(parameter.Name) ?? typeof(object))};");
        return NotebookCell.NewCode(InjectedTag, InjectedTag, string.Join('\n', assignments.Prepend("// Parameters")));
    }

    private static Type? RuntimeType(ITypeSymbol? type) => type switch
    {
        INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable =>
            RuntimeType(nullable.TypeArguments[0]) is { IsValueType: true } value && Type.GetTypeCode(value) != TypeCode.Object
                ? typeof(Nullable<>).MakeGenericType(value) : null,
        { SpecialType: not SpecialType.None } => Type.GetType("System." + type.MetadataName),
        _ => null,
    };
}
