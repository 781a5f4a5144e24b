using Gateway.Revocation;

namespace Gateway.Sessions;

/// <summary>A session as this cluster has seen it in requests. It serves lists and counts, never the security.</summary>
internal sealed record SeenSession
{
    public required string Realm { get; init; }
    public required string Id { get; init; }
    public string? Subject { get; init; }

    /// <summary>Its token names no session: <see cref="Id"/> is that of the token.</summary>
    public bool IsToken { get; init; }

    /// <summary>What ties it to others of one sign-in; null where nothing does.</summary>
    public string? Lineage { get; init; }

    /// <summary><c>azp</c>, else <c>client_id</c>.</summary>
    public string? Client { get; init; }

    /// <summary><c>client_id</c> where it differs from <c>azp</c>.</summary>
    public string? SecondClient { get; init; }
    public required DateTimeOffset FirstSeen { get; init; }
    public required DateTimeOffset LastSeen { get; init; }
    public DateTimeOffset? AuthenticatedAt { get; init; }

    /// <summary>Of the token that was seen last.</summary>
    public DateTimeOffset? IssuedAt { get; init; }

    /// <summary>The latest expiry of its tokens; null when one has none.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
    public string? Address { get; init; }
    public string? UserAgent { get; init; }
    public string? Host { get; init; }

    /// <summary>Tells what the index is asked about to tell whether this session is revoked. A revocation of one of its tokens does
    /// not show: tokens are not kept.</summary>
    public SessionIdentity ToIdentity() => new SessionIdentity(Realm, Id, Subject, IsToken ? Id : null, client: Client,
        secondClient: SecondClient, authenticatedAt: AuthenticatedAt, issuedAt: IssuedAt, expiresAt: ExpiresAt)
        .CountFrom(FirstSeen.ToUnixTimeSeconds());

    /// <summary>Gives that, and what it is tied to: a revocation of either ends it.</summary>
    public IEnumerable<SessionIdentity> ToIdentities()
    {
        SessionIdentity identity = ToIdentity();
        yield return identity;
        if (Lineage is not null && Lineage != Id) yield return identity.Under(Lineage);
    }

    /// <summary>Joins both sightings of one session as one: the latest, with the earliest first and the latest expiry.</summary>
    public SeenSession With(SeenSession other)
    {
        (SeenSession newer, SeenSession older) = other.LastSeen >= LastSeen ? (other, this) : (this, other);
        return newer with
        {
            FirstSeen = newer.FirstSeen < older.FirstSeen ? newer.FirstSeen : older.FirstSeen,
            ExpiresAt = newer.ExpiresAt is null || older.ExpiresAt is null
                ? null
                : newer.ExpiresAt > older.ExpiresAt
                ? newer.ExpiresAt
                : older.ExpiresAt,
        };
    }
}
