using System.Buffers;

namespace Gateway.Realms;

/// <summary>What a credential's value may look like.</summary>
internal static class TokenText
{
    // RFC 6265 section 4.1.1, cookie-octet: nothing that any place in a request divides values by.
    private static readonly SearchValues<char> Allowed = SearchValues.Create(
        "!#$%&'()*+-./0123456789:<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    public static bool IsWellFormed(ReadOnlySpan<char> token) => !token.IsEmpty && !token.ContainsAnyExcept(Allowed);
}
