using Gateway.Cluster;
using Gateway.Realms;
using Gateway.Revocation;
using Gateway.Sessions;

namespace Gateway.Dialects;

/// <summary>How a token stands.</summary>
internal enum Standing
{
    /// <summary>It proves a live session.</summary>
    Good,

    /// <summary>None was sent.</summary>
    Missing,

    /// <summary>It does not verify, or nobody knows it.</summary>
    Invalid,

    /// <summary>It verifies, and its session, or the token itself, was revoked.</summary>
    Revoked,

    /// <summary>Nobody can tell now: this node is stale, or the provider cannot be reached.</summary>
    Unavailable,
}

/// <param name="Identity">Set when the standing is <see cref="Standing.Good"/> or <see cref="Standing.Revoked"/>.</param>
/// <param name="RevokedBy">What kind of revocation ended it; None unless the standing is <see cref="Standing.Revoked"/>.</param>
internal readonly record struct Caller(Standing Standing, SessionIdentity? Identity = null, TargetKind RevokedBy = TargetKind.None);

/// <summary>Tells who calls a dialect. On a dialect's own paths the vendor's order of credentials decides, so the dialect
/// picks the token and asks here how it stands.</summary>
internal sealed class CallerResolver(RealmSet realms, TokenResolver tokens, RevocationIndex index, Lease lease, SessionRegistry sessions)
{
    /// <summary>The standing of the token that the caller sent. A live caller's session counts as seen.</summary>
    /// <param name="location">Where the request has the token; null for the realm's first location.</param>
    public async ValueTask<Caller> Caller(DialectCall call, string? token, CredentialLocation? location = null)
    {
        Caller caller = await Standing(call, token, location);
        if (caller.Standing == Dialects.Standing.Good) sessions.Note(caller.Identity!, call.Context);
        return caller;
    }

    /// <summary>The standing of any token of the dialect's realm, as of one in a body.</summary>
    public async ValueTask<Caller> Standing(DialectCall call, string? token, CredentialLocation? location = null)
    {
        if (string.IsNullOrEmpty(token)) return new(Dialects.Standing.Missing);
        TokenResult result = location is not null && realms.Find(call.Realm) is { } realm
            ? await tokens.Resolve(realm, location, token, call.Request.Headers, call.Context.RequestAborted)
            : await tokens.Resolve(call.Realm, token, call.Request.Headers, call.Context.RequestAborted);
        if (result.Failure == TokenFailure.Unavailable) return new(Dialects.Standing.Unavailable);
        if (result.Identity is not { } identity) return new(Dialects.Standing.Invalid);
        // The lease first: what the index says counts only while this node may say anything (rule R6).
        bool usable = lease.IsUsable;
        foreach (SessionIdentity spelling in result.Identities)
            if (index.RevokedBy(spelling) is var cause and not TargetKind.None) return new(Dialects.Standing.Revoked, identity, cause);
        return usable ? new(Dialects.Standing.Good, identity) : new(Dialects.Standing.Unavailable);
    }
}
