namespace Gateway.Dialects.Zitadel;

internal sealed record ZitadelOptions : DialectOptions
{
    /// <summary><c>Refuse</c> (404, default) or <c>Revoke</c>: a session id that was never seen is revoked ahead of time.</summary>
    public UnknownSessions UnknownSessions { get; init; }

    /// <summary><c>resourceOwner</c> in answers; default the realm's name.</summary>
    public string? Organization { get; init; }
}
