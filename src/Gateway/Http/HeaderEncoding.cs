using System.Text;

namespace Gateway.Http;

/// <summary>
/// How the bytes of header values outside ASCII are read from clients and written to them. What is read of a client is written to the
/// backend in the same way, and the other way round, so that every byte goes on as it came, unless a cluster's
/// <c>HttpClient:RequestHeaderEncoding</c> or <c>ResponseHeaderEncoding</c> says otherwise.
/// </summary>
/// <param name="Request"><c>Kestrel:RequestHeaderEncoding</c>, in YARP's words; default UTF-8.</param>
/// <param name="Response"><c>Kestrel:ResponseHeaderEncoding</c>; default Latin-1, as YARP's client reads a backend's.</param>
internal sealed record HeaderEncoding(Encoding Request, Encoding Response)
{
    public static HeaderEncoding From(IConfiguration configuration) => new(
        Named(configuration["Kestrel:RequestHeaderEncoding"]) ?? Encoding.UTF8,
        Named(configuration["Kestrel:ResponseHeaderEncoding"]) ?? Encoding.Latin1);

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

    /// <summary>Gives the one of that name; null where none is named.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Encoding? Named(string? name) => string.IsNullOrEmpty(name) ? null : Encoding.GetEncoding(name);

    private static string Wrong(string? name) => $"'{name}' is no encoding of header values; utf-8 or iso-8859-1.";
}
