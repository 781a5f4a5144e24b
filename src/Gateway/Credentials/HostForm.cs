using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace Gateway.Credentials;

/// <summary>Reading rule 15: the Host is <c>host[:port]</c> (RFC 9110 section 7.2) in its one spelling. One dot at the
/// end of the name is taken off.</summary>
internal static class HostForm
{
    private const int MaxLength = 253;
    private static readonly SearchValues<char> OfNames = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._");

    public static bool IsWellFormed(ReadOnlySpan<char> host)
    {
        if (host.IsEmpty) return false;
        if (host[0] == '[')
        {
            int end = host.IndexOf(']');
            return end > 0 && !host[1..end].Contains('%') && IPAddress.TryParse(host[1..end], out IPAddress? address)
                && address.AddressFamily == AddressFamily.InterNetworkV6 && IsPort(host[(end + 1)..]);
        }
        int colon = host.IndexOf(':');
        ReadOnlySpan<char> name = colon < 0 ? host : host[..colon];
        return name.Length is > 0 and <= MaxLength && name[0] != '.' && name[^1] != '.' && !name.ContainsAnyExcept(OfNames)
            && name.IndexOf("..") < 0 && (colon < 0 || IsPort(host[colon..]));
    }

    /// <summary>Gives the host with the one dot taken off at the end of its name; null when there is none.</summary>
    public static string? WithoutTrailingDot(string host)
    {
        int colon = host.IndexOf(':');
        int end = (colon < 0 ? host.Length : colon) - 1;
        return end > 0 && host[end] == '.' ? host.Remove(end, 1) : null;
    }

    private static bool IsPort(ReadOnlySpan<char> text)
        => text.IsEmpty || (text.Length is >= 2 and <= 6 && text[0] == ':' && !text[1..].ContainsAnyExceptInRange('0', '9')
            && int.Parse(text[1..], System.Globalization.CultureInfo.InvariantCulture) is > 0 and <= 65535);
}
