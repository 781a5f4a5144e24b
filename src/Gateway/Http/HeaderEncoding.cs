using System.Text;

namespace Gateway.Http;

/// <summary>The encodings of header values: the names that <c>HttpClient:RequestHeaderEncoding</c> of a YARP cluster takes.</summary>
internal static class HeaderEncoding
{
    /// <summary>Gives the one of that name; null where none is named.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Encoding? Named(string? name) => string.IsNullOrEmpty(name) ? null : Encoding.GetEncoding(name);

    /// <summary>Tells what is wrong with a name; null when nothing is.</summary>
    public static string? Complaint(string? name)
    {
        try
        {
            return Named(name) is null or { IsSingleByte: true } or UTF8Encoding ? null : Wrong(name);
        }
        catch (ArgumentException)
        {
            return Wrong(name);
        }
    }

    private static string Wrong(string? name) => $"'{name}' is no encoding of header values; utf-8 or iso-8859-1.";
}
