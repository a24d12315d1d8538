using System.Globalization;
using Microsoft.CodeAnalysis.CSharp;

namespace Workbook.Parameters;

/// <summary>Turns a parameter's value into a C# literal of its variable's type.</summary>
internal static class ParameterLiteral
{
    /// <summary>The literal; numbers are read in the invariant culture.</summary>
    /// <exception cref="ParameterException">The value is not of the type, or values of the type cannot be given.</exception>
    public static string Of(Parameter parameter, Type type)
    {
        var underlying = Nullable.GetUnderlyingType(type);
        if (parameter.Value == "null" && underlying is not null)
        {
            return "null";
        }
        return Convert(parameter.Value, underlying ?? type) ?? throw new ParameterException(
            $"The parameter {parameter.Name} was given the value '{parameter.Value}', expected {Expected(underlying ?? type)}" +
            $"{(underlying is null ? "" : " or null")}.");
    }

    private static string? Convert(string value, Type type) => Type.GetTypeCode(type) switch
    {
        _ when type.IsEnum => null,
        TypeCode.String => SyntaxFactory.Literal(value).ToString(),
        TypeCode.Boolean => bool.TryParse(value, out bool flag) ? (flag ? "true" : "false") : null,
        TypeCode.Int32 => Parse<int>(value)?.ToString(CultureInfo.InvariantCulture),
        TypeCode.Byte => Parse<byte>(value)?.ToString(CultureInfo.InvariantCulture),
        TypeCode.Int16 => Parse<short>(value)?.ToString(CultureInfo.InvariantCulture),
        TypeCode.UInt32 => Parse<uint>(value)?.ToString(CultureInfo.InvariantCulture),
        TypeCode.Int64 => Parse<long>(value) is { } number ? SyntaxFactory.Literal(number).ToString() : null,
        TypeCode.UInt64 => Parse<ulong>(value) is { } number ? SyntaxFactory.Literal(number).ToString() : null,
        TypeCode.Single => Parse<float>(value) is { } number && float.IsFinite(number) ? SyntaxFactory.Literal(number).ToString() : null,
        TypeCode.Double => Parse<double>(value) is { } number && double.IsFinite(number) ? SyntaxFactory.Literal(number).ToString() : null,
        TypeCode.Decimal => Parse<decimal>(value) is { } number ? SyntaxFactory.Literal(number).ToString() : null,
        _ => null,
    };

    // Thousands separators are refused: 0,001 would be 1.
    private static T? Parse<T>(string value)
        where T : struct, System.Numerics.INumber<T> =>
        T.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && (number != T.Zero || !HasNonZeroDigit(value)) ? number : null;

    // A number too small for its type would become zero.
    private static bool HasNonZeroDigit(string value) => value.TakeWhile(c => c is not ('e' or 'E')).Any(c => c is >= '1' and <= '9');

    private static string Expected(Type type) => Type.GetTypeCode(type) switch
    {
        _ when type.IsEnum => Unsupported(type),
        TypeCode.Boolean => "true or false (bool)",
        TypeCode.Int32 => "a whole number (int)",
        TypeCode.Byte => "a whole number from 0 to 255 (byte)",
        TypeCode.Int16 => "a whole number (short)",
        TypeCode.UInt32 => "a whole number from 0 (uint)",
        TypeCode.Int64 => "a whole number (long)",
        TypeCode.UInt64 => "a whole number from 0 (ulong)",
        TypeCode.Single => "a number such as 0.001 (float)",
        TypeCode.Double => "a number such as 0.001 (double)",
        TypeCode.Decimal => "a number such as 0.001 (decimal)",
        _ => Unsupported(type),
    };

    private static string Unsupported(Type type) =>
        $"a value of type {type}, which cannot be given on the command line (only numbers, bool and string can)";
}
