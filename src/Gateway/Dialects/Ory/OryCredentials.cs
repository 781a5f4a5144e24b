using System.Buffers.Text;
using System.Text.Json;
using Gateway.Enforcement;
using Gateway.Realms;
using Gateway.Revocation;
using Microsoft.Extensions.Primitives;

namespace Gateway.Dialects.Ory;

/// <summary>Who calls, in Kratos' order: the header X-Session-Token and nothing else when it is there; the session cookie;
/// a bearer token where there is no cookie, or one that cannot hold a session.</summary>
internal sealed class OryCredentials(OryOptions options, RealmKinds kinds, CallerResolver callers)
{
    private const string Header = "X-Session-Token";
    private static readonly CredentialLocation HeaderLocation = new(CredentialLocationKind.Header, Header);
    private static readonly CredentialLocation BearerLocation = new(CredentialLocationKind.Header, "Authorization", "Bearer");

    private readonly CredentialLocation _cookie = new(CredentialLocationKind.Cookie, options.Cookie);

    /// <param name="otherwise">The 401 of this call.</param>
    /// <exception cref="OryException">Nobody who is known now.</exception>
    public async ValueTask<SessionIdentity> AuthenticateAsync(DialectCall call, OryError otherwise)
    {
        Verdict caller = await CallerAsync(call);
        return caller.Standing switch
        {
            // Without a subject there is nobody whose sessions could be listed or ended.
            Standing.Good when caller.Identity is { Subject: not null, SessionId: not null } identity => identity,
            Standing.Unavailable => throw new OryException(OryError.Unavailable),
            _ => throw new OryException(otherwise),
        };
    }

    public ValueTask<Verdict> CallerAsync(DialectCall call)
    {
        (string? token, CredentialLocation location) = Pick(call);
        return callers.CallerAsync(call, token, location);
    }

    /// <summary>Gives the one credential that counts, and where it stands; null where the request has none.</summary>
    /// <exception cref="OryException">400: it can be read in two ways.</exception>
    public (string? Token, CredentialLocation Location) Pick(DialectCall call)
    {
        string? token = One(call.Request.Headers[Header]);
        if (!string.IsNullOrEmpty(token)) return (token, HeaderLocation);
        string? cookie = Cookie(call.Request.Headers.Cookie);
        if (!string.IsNullOrEmpty(cookie) && MayHoldSession(cookie)) return (cookie, _cookie);
        return (Bearer(One(call.Request.Headers.Authorization)), BearerLocation);
    }

    /// <summary>Gives the standing of the token in the body of a logout.</summary>
    public ValueTask<Verdict> OfTokenAsync(DialectCall call, string token) => callers.TokenAsync(call, token, HeaderLocation);

    /// <summary>Gives the one value of a header that may be repeated, but not with another value.</summary>
    private static string? One(StringValues values)
    {
        for (int at = 1; at < values.Count; at++)
            if (values[at] != values[0])
                throw new OryException(OryError.Malformed("A header that holds a credential was sent twice, with different values."));
        return values.Count > 0 ? values[0] : null;
    }

    private string? Cookie(StringValues headers)
    {
        string? found = null;
        foreach (string? header in headers)
        {
            foreach (Range part in (header ?? "").AsSpan().Split(';'))
            {
                ReadOnlySpan<char> pair = header.AsSpan()[part].Trim();
                int equals = pair.IndexOf('=');
                if (equals < 0 || !pair[..equals].TrimEnd().SequenceEqual(options.Cookie)) continue;
                string value = pair[(equals + 1)..].Trim().ToString();
                if (value.StartsWith('"') || (found is not null && found != value))
                    throw new OryException(OryError.Malformed("The session cookie is quoted, or was sent twice with different values."));
                found = value;
            }
        }
        return found;
    }

    /// <summary>Reads a scheme in any case, exactly two parts.</summary>
    private static string? Bearer(string? header)
    {
        string[] parts = (header ?? "").Split(' ');
        return parts.Length == 2 && parts[0].Equals("bearer", StringComparison.OrdinalIgnoreCase) ? parts[1] : null;
    }

    // Kratos falls back to the bearer token when the cookie does not decode. What decodes, but is no live session, is final.
    private bool MayHoldSession(string cookie)
    {
        if (!kinds.IsJwt(options.Realm)) return true;
        string[] parts = cookie.Split('.');
        if (parts.Length != 3) return false;
        try
        {
            using JsonDocument header = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[0]));
            return header.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (Exception error) when (error is FormatException or JsonException)
        {
            return false;
        }
    }
}
