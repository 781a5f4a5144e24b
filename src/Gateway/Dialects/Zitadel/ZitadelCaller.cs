using Gateway.Enforcement;
using Gateway.Realms;
using Gateway.Revocation;
using Microsoft.Extensions.Primitives;

namespace Gateway.Dialects.Zitadel;

/// <summary>Who calls: the bearer of a token of the realm. The scheme is case-sensitive here, as in ZITADEL.</summary>
internal sealed class ZitadelCaller(ZitadelOptions options, CallerResolver callers)
{
    private const string Scheme = "Bearer ";
    private static readonly CredentialLocation Header = new(CredentialLocationKind.Header, "Authorization", "Bearer");

    /// <exception cref="ZitadelException">Nobody who is known now.</exception>
    public async ValueTask<SessionIdentity> AuthenticateAsync(DialectCall call)
    {
        Verdict caller = await callers.CallerAsync(call, Token(call.Request.Headers.Authorization), Header);
        if (caller.Standing == Standing.Unavailable) throw new ZitadelException(ZitadelError.Unavailable);
        if (caller.Standing != Standing.Good) throw new ZitadelException(ZitadelError.BadToken);
        // Only an organization that was configured can be told from one that does not exist.
        string? organization = call.Request.Headers["x-zitadel-orgid"];
        if (options.Organization is { } own && !string.IsNullOrEmpty(organization) && organization != own)
            throw new ZitadelException(ZitadelError.NoOrganization);
        return caller.Identity!;
    }

    private static string Token(StringValues header)
    {
        string? value = header.Count > 0 ? header[0] : null;
        for (int at = 1; at < header.Count; at++)
            if (header[at] != value) throw new ZitadelException(ZitadelError.TwoHeaders);
        if (string.IsNullOrEmpty(value)) throw new ZitadelException(ZitadelError.NoHeader);
        if (!value.StartsWith(Scheme, StringComparison.Ordinal) || value.IndexOf(Scheme, Scheme.Length, StringComparison.Ordinal) >= 0)
            throw new ZitadelException(ZitadelError.BadHeader);
        return value[Scheme.Length..];
    }
}
