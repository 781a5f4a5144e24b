using Gateway.Realms;
using Microsoft.Extensions.Primitives;

namespace Gateway.Credentials;

/// <summary>
/// Reading rule 1: a credential in a header. With a scheme: the scheme in any case, exactly one space, the token. Equal
/// repeats are one; differing ones, and a token under another scheme or none, are refused.
/// </summary>
internal static class HeaderCredential
{
    /// <summary>What is wrong, or null. <paramref name="found"/> has no reader when there is no credential.</summary>
    /// <param name="untidy">True when the header must be written again to go on in normal form.</param>
    public static string? Read(StringValues values, NamedLocation location, out Copy found, out bool untidy)
    {
        found = default;
        untidy = values.Count > 1;
        bool others = false;
        foreach (string? value in values)
        {
            if (string.IsNullOrEmpty(value))
            {
                untidy = true;
                continue;
            }
            if (Read(value, location, out Copy one) is { } complaint) return complaint;
            if (one.Reader is null) others = true;
            else if (found.Reader is null)
            {
                found = one;
                untidy |= one.Start > 0 && !value.StartsWith(one.Reader.Location.Scheme!, StringComparison.Ordinal);
            }
            else if (found.Reader != one.Reader || !found.Token.SequenceEqual(one.Token)) return $"The header {location.Name} holds two different credentials. Send one.";
        }
        return others && (found.Reader is not null || values.Count > 1) ? $"The header {location.Name} holds more than one value. Send one." : null;
    }

    private static string? Read(string value, NamedLocation location, out Copy found)
    {
        found = default;
        int space = value.IndexOf(' ');
        ReadOnlySpan<char> word = space < 0 ? value : value.AsSpan(0, space);
        Reader? whole = null;
        foreach (Reader reader in location.Readers)
        {
            if (reader.Location.Scheme is not { } scheme)
            {
                whole = reader;
                continue;
            }
            if (!word.Equals(scheme, StringComparison.OrdinalIgnoreCase)) continue;
            if (space < 0 || !TokenText.IsWellFormed(value.AsSpan(space + 1)))
                return $"The header {location.Name} must be {scheme}, one space and the token.";
            found = new(reader, value, space + 1, value.Length - space - 1);
            return null;
        }
        if (whole is not null)
        {
            if (!TokenText.IsWellFormed(value)) return $"The header {location.Name} must hold the token and nothing else.";
            found = new(whole, value, 0, value.Length);
            return null;
        }
        return IsHarmless(value, location) ? null : $"The header {location.Name} holds something like a token under a scheme that is not read. Send it as {location.Readers[0].Location.Scheme}, one space and the token.";
    }

    // A backend might find a token in it that was not read. Tokens without a form of their own could be any word, so
    // beside them only a well-formed Basic passes.
    private static bool IsHarmless(string value, NamedLocation location)
    {
        if (TokenText.HoldsJwt(value)) return false;
        if (TokenText.Basic(value) is { } basic) return !TokenText.HoldsJwt(basic.User) && !TokenText.HoldsJwt(basic.Password);
        return !location.HasFormlessTokens && !value.StartsWith("Basic", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Whether a header of another realm's may go on: only a well-formed Basic, which belongs to none.</summary>
    public static bool IsOnlyBasic(StringValues values)
        => values is [{ } value] && TokenText.Basic(value) is { } basic && !TokenText.HoldsJwt(basic.User) && !TokenText.HoldsJwt(basic.Password);

    /// <summary>The value in normal form.</summary>
    public static string Normal(Copy found) => found.Reader!.Location.Scheme is { } scheme ? $"{scheme} {found.Token}" : found.Token.ToString();
}
