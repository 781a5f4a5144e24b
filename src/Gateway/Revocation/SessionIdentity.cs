using System.Collections.Frozen;

namespace Gateway.Revocation;

/// <summary>What a credential resolves to. Immutable, and made once for each verified token: the keys under which the
/// index may refuse it are computed here, so that a check on the request path only compares them.</summary>
internal sealed class SessionIdentity
{
    public SessionIdentity(
        string realm, string? sessionId, string? subject = null, string? tokenId = null, string? fingerprint = null,
        string? client = null, string? secondClient = null,
        DateTimeOffset? authenticatedAt = null, DateTimeOffset? issuedAt = null, DateTimeOffset? expiresAt = null,
        FrozenSet<string>? permissions = null, string? lineage = null)
    {
        Realm = realm;
        SessionId = sessionId;
        Subject = subject;
        TokenId = tokenId;
        Fingerprint = fingerprint;
        Client = client;
        SecondClient = secondClient == client ? null : secondClient;
        AuthenticatedAt = authenticatedAt;
        IssuedAt = issuedAt;
        ExpiresAt = expiresAt;
        Permissions = permissions ?? FrozenSet<string>.Empty;
        Lineage = lineage;

        RealmKey = IndexKey.ForRealm(realm);
        if (ListedId is { } listed) SessionKey = IndexKey.ForSession(realm, listed);
        if (ListedId is { } own && subject is not null) SessionOfSubjectKey = IndexKey.ForSessionOfSubject(realm, own, subject);
        if (tokenId is not null) TokenKey = IndexKey.ForToken(realm, tokenId);
        if (fingerprint is not null && fingerprint != tokenId) FingerprintKey = IndexKey.ForToken(realm, fingerprint);
        if (subject is not null) SubjectKey = IndexKey.ForSubject(realm, subject);
        if (client is not null) ClientKey = IndexKey.ForClient(realm, client);
        if (SecondClient is not null) SecondClientKey = IndexKey.ForClient(realm, SecondClient);
        AuthenticatedSecond = (authenticatedAt ?? issuedAt)?.ToUnixTimeSeconds();
    }

    public string Realm { get; }
    public string? SessionId { get; }
    public string? Subject { get; }

    /// <summary>The <c>jti</c>, where the token has one.</summary>
    public string? TokenId { get; }

    /// <summary>What ties it to the other identities of one sign-in, where its realm says by what; else null.</summary>
    public string? Lineage { get; }

    /// <summary>The id under which it is listed and can be ended: that of its session, else the token's own.</summary>
    public string? ListedId => SessionId ?? TokenId ?? Fingerprint;

    /// <summary>Its token names no session: what is listed is the token itself, and the next one is another.</summary>
    public bool IsToken => SessionId is null || SessionId == TokenId || SessionId == Fingerprint;

    /// <summary>SHA-256 of the token's bytes, base64url (RFC 4648 section 5, no padding).</summary>
    public string? Fingerprint { get; }

    /// <summary><c>azp</c>, else <c>client_id</c>.</summary>
    public string? Client { get; }

    /// <summary><c>client_id</c> where it differs from <c>azp</c>: a cut-off on either refuses.</summary>
    public string? SecondClient { get; }

    public DateTimeOffset? AuthenticatedAt { get; }
    public DateTimeOffset? IssuedAt { get; }
    public DateTimeOffset? ExpiresAt { get; }

    /// <summary>Permissions after the realm's grants.</summary>
    public FrozenSet<string> Permissions { get; }

    /// <summary>Another spelling of the token beside it: checked like any identity, and never a session of its own.</summary>
    public bool IsAlias { get; private init; }

    /// <summary>Nobody has verified its token: it may never have been issued, until an application accepts it.</summary>
    public bool IsUnproven { get; init; }

    /// <summary>Gives the same token under the fingerprint of another spelling.</summary>
    /// <param name="asSession">Whether the fingerprint is the session id as well.</param>
    public SessionIdentity Alias(string fingerprint, bool asSession = false)
        => new(Realm, asSession ? fingerprint : null, fingerprint: fingerprint, authenticatedAt: AuthenticatedAt, issuedAt: IssuedAt)
        {
            IsAlias = true, AuthenticatedSecond = AuthenticatedSecond,
        };

    /// <summary>Gives the same token as one of another session, which only a revocation of that session ends: what a cut-off spares it
    /// spares by the token's own.</summary>
    public SessionIdentity Under(string session)
        => new(Realm, session, Subject) { IsAlias = true, SubjectKey = default, RealmKey = default };

    /// <summary>Gives the same with a subject and an end that it does not tell itself, as somebody else tells them.</summary>
    public SessionIdentity With(string subject, DateTimeOffset? expiresAt)
        => (Subject is not null && (ExpiresAt is not null || expiresAt is null)) ? this
            : new(Realm, SessionId, Subject ?? subject, TokenId, Fingerprint, Client, SecondClient, AuthenticatedAt, IssuedAt,
                ExpiresAt ?? expiresAt, Permissions, Lineage) { AuthenticatedSecond = AuthenticatedSecond };

    /// <summary>The edition of the revocation index by which it was last found good. Only the index uses it.</summary>
    public object? FoundGoodBy;

    /// <summary>
    /// When the registry last took note of it, by <see cref="TimeProvider.GetTimestamp"/>; 0 is never. Only the registry uses it.
    /// </summary>
    public long NotedAt;

    /// <summary>The whole second since 1970 that cut-offs compare with: authenticated-at, else issued-at, and no later than
    /// its session was first verified here.</summary>
    public long? AuthenticatedSecond { get; private set; }

    /// <summary>Makes cut-offs (rule R20) count it as no younger than that. Only before anybody else sees it.</summary>
    public SessionIdentity CountFrom(long second)
    {
        if (AuthenticatedSecond > second) AuthenticatedSecond = second;
        return this;
    }

    public IndexKey RealmKey { get; private init; }
    public IndexKey SessionKey { get; }
    public IndexKey SessionOfSubjectKey { get; }
    public IndexKey TokenKey { get; }
    public IndexKey FingerprintKey { get; }
    public IndexKey SubjectKey { get; private init; }
    public IndexKey ClientKey { get; }
    public IndexKey SecondClientKey { get; }
}
