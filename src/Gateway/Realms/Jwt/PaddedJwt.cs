namespace Gateway.Realms.Jwt;

/// <summary>A JWT whose parts are padded (RFC 4648 section 3.2), as AWS load balancers make them against RFC 7515. It is signed with its
/// padding.</summary>
internal static class PaddedJwt
{
    /// <summary>Tells whether every part is padded as base64 has it, and one needs it.</summary>
    public static bool Is(ReadOnlySpan<char> token)
    {
        if (!token.Contains('=')) return false;
        foreach (Range part in token.Split('.'))
        {
            ReadOnlySpan<char> text = token[part];
            int padding = text.Length - text.TrimEnd('=').Length;
            if ((text.Length & 3) != 0 || padding > 2 || text[..^padding].Contains('=')) return false;
        }
        return true;
    }

    /// <summary>Gives a part with its padding.</summary>
    public static string Pad(string part) => part.PadRight((part.Length + 3) / 4 * 4, '=');
}
