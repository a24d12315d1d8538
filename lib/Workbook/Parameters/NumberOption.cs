using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using Workbook.Terminal;

namespace Workbook.Parameters;

/// <summary>Options that take a number, written the same way in every culture: digits, for seconds with a decimal point or an exponent.</summary>
internal static partial class NumberOption
{
    private const double MostSeconds = 1e6;

    /// <summary>An option of seconds from 0 to 1,000,000.</summary>
    public static Option<double?> Seconds(string name, string description, double? otherwise = null) => Make<double?>(name, description, "seconds",
        text => Decimal().IsMatch(text) && double.Parse(text, CultureInfo.InvariantCulture) is >= 0 and <= MostSeconds and var seconds ? seconds : null,
        "a number of seconds from 0 to 1000000, such as 90 or 0.5", otherwise);

    /// <summary>An option of a whole number.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">For the help.</param>
    /// <param name="most">The greatest number; the least is 1.</param>
    /// <param name="expected">What to say of the numbers.</param>
    public static Option<int?> Count(string name, string description, int most, string expected) => Make<int?>(name, description, "number",
        text => Digits().IsMatch(text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1 && number <= most ? number : null,
        expected, null);

    private static Option<T> Make<T>(string name, string description, string helpName, Func<string, T> read, string expected, T otherwise) => new(name)
    {
        Description = description,
        HelpName = helpName,
        Arity = ArgumentArity.ExactlyOne,
        DefaultValueFactory = _ => otherwise,
        CustomParser = result =>
        {
            string text = result.Tokens.Count == 0 ? "" : result.Tokens[^1].Value;
            var value = read(text);
            if (value is null)
            {
                result.AddError($"{name} was given '{Printable.Line(text)}', expected {expected}.");
            }
            return value;
        },
    };

    [GeneratedRegex(@"\A[0-9]{1,30}(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Decimal();

    [GeneratedRegex(@"\A[0-9]{1,10}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Digits();
}
