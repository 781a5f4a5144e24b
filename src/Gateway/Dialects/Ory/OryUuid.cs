using System.Text;

namespace Gateway.Dialects.Ory;

/// <summary>Kratos' ids. What is no UUID is refused with the text of the parser that Kratos uses.</summary>
internal static class OryUuid
{
    /// <summary>Gives the canonical form: 36 characters, lower case.</summary>
    /// <exception cref="OryException">400.</exception>
    public static string Canonical(string text)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        string digits = length switch
        {
            36 =>
                text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-'
                    ? text.Replace("-", "", StringComparison.Ordinal)
                    : throw Wrong("format in string", text),
            32 => text,
            34 or 38 =>
                text[0] == '{' && text[^1] == '}'
                    ? text[1..^1].Replace("-", "", StringComparison.Ordinal)
                    : throw Wrong("format in string", text),
            41 or 45 =>
                text.StartsWith("urn:uuid:", StringComparison.Ordinal)
                    ? text[9..].Replace("-", "", StringComparison.Ordinal)
                    : throw Wrong("format in string", text[..Math.Min(9, text.Length)]),
            _ => throw Wrong($"length {length} in string", text),
        };
        return digits.Length == 32 && digits.All(char.IsAsciiHexDigit)
            ? Guid.ParseExact(digits, "N").ToString("D")
            : throw new OryException(OryError.BadValue("uuid: invalid UUID format"));
    }

    private static OryException Wrong(string what, string text) => new(OryError.BadValue($"uuid: incorrect UUID {what} {Quote(text)}"));

    // Go's %q, as far as a path segment without control characters needs it.
    private static string Quote(string text)
        => "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";
}
