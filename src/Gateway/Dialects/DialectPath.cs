using System.Text;

namespace Gateway.Dialects;

/// <summary>
/// A path that a dialect answers, written as in <c>/v2/sessions/{id}</c>. The literal text is matched byte for byte on the
/// request target as it was sent, undecoded; the parameter, of which there is at most one, takes a whole segment.
/// </summary>
internal sealed class DialectPath
{
    private readonly string _before;
    private readonly string _after = "";
    private readonly bool _hasParameter;

    public DialectPath(string template)
    {
        Template = template;
        int open = template.IndexOf('{');
        _hasParameter = open >= 0;
        _before = _hasParameter ? template[..open] : template;
        if (_hasParameter) _after = template[(template.IndexOf('}') + 1)..];
    }

    public string Template { get; }

    /// <param name="segment">The parameter as it was sent; empty for a path without one.</param>
    public bool Matches(ReadOnlySpan<char> path, StringComparison comparison, out ReadOnlySpan<char> segment)
    {
        segment = default;
        if (!_hasParameter) return path.Equals(_before, comparison);
        if (path.Length <= _before.Length + _after.Length || !path.StartsWith(_before, comparison) || !path.EndsWith(_after, comparison))
            return false;
        segment = path[_before.Length..^_after.Length];
        return !segment.Contains('/');
    }

    /// <summary>Undoes percent-encoding once. False for what is no id in any reading: broken escapes, bytes that are not
    /// UTF-8, control characters, and the dot segments.</summary>
    public static bool TryDecode(ReadOnlySpan<char> segment, out string value)
    {
        value = "";
        Span<byte> bytes = segment.Length <= 512 ? stackalloc byte[512] : new byte[segment.Length];
        int length = 0;
        for (int at = 0; at < segment.Length; at++)
        {
            char c = segment[at];
            if (c is > '~' or <= ' ') return false;
            if (c == '%')
            {
                if (at + 2 >= segment.Length || !char.IsAsciiHexDigit(segment[at + 1]) || !char.IsAsciiHexDigit(segment[at + 2]))
                    return false;
                bytes[length++] = (byte)(Convert.ToInt32(char.ToString(segment[at + 1]), 16) << 4 | Convert.ToInt32(
                    char.ToString(segment[at + 2]), 16));
                at += 2;
            }
            else bytes[length++] = (byte)c;
        }
        try
        {
            value = Strict.GetString(bytes[..length]);
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
        return value is not ("" or "." or "..") && !value.Any(char.IsControl);
    }

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
}
