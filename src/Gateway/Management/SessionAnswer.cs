using Gateway.Enforcement;
using Gateway.Revocation;
using Gateway.Sessions;

namespace Gateway.Management;

/// <summary>A session of the registry, and whether it is revoked.</summary>
internal sealed record SessionAnswer
{
    public required string Realm { get; init; }
    public required string Id { get; init; }
    public string? Subject { get; init; }

    /// <summary>true: its token names no session, so this is the token alone; a refreshed one is another.</summary>
    public bool? Token { get; init; }
    public string? Client { get; init; }
    public required DateTimeOffset FirstSeen { get; init; }
    public required DateTimeOffset LastSeen { get; init; }
    public DateTimeOffset? AuthenticatedAt { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public string? Address { get; init; }
    public string? UserAgent { get; init; }
    public string? Host { get; init; }
    /// <summary>How many connections of it are open on the node that answers.</summary>
    public int Connections { get; init; }
    public required bool Revoked { get; init; }

    /// <summary>The kind of target that ended it: session, subject, client or realm.</summary>
    public string? RevokedBy { get; init; }

    public static SessionAnswer Of(SeenSession session, SessionGate gate, int connections = 0)
    {
        TargetKind by = session.ToIdentities().Select(gate.RevokedBy).FirstOrDefault(kind => kind != TargetKind.None);
        return new()
        {
            Realm = session.Realm,
            Id = session.Id,
            Subject = session.Subject,
            Token = session.IsToken ? true : null,
            Client = session.Client,
            FirstSeen = session.FirstSeen,
            LastSeen = session.LastSeen,
            AuthenticatedAt = session.AuthenticatedAt,
            ExpiresAt = session.ExpiresAt,
            Address = session.Address,
            UserAgent = session.UserAgent,
            Host = session.Host,
            Connections = connections,
            Revoked = by != TargetKind.None,
            RevokedBy = by == TargetKind.None ? null : by.Word,
        };
    }
}
