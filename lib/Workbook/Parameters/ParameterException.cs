namespace Workbook.Parameters;

/// <summary>A parameter from the command line that cannot be used; the message is for the user.</summary>
internal sealed class ParameterException(string message) : Exception(message);
