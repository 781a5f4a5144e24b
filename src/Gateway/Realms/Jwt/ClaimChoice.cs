namespace Gateway.Realms.Jwt;

/// <summary>The claims that a realm takes a session identity from.</summary>
internal sealed class ClaimChoice(JwtOptions options)
{
    private static readonly string[] DefaultSessions = ["sid", "session_state", "jti"], DefaultClients = ["azp", "client_id"];

    /// <summary>The first that is present is the session id.</summary>
    public ClaimName[] Sessions { get; } = Names(options.SessionIdClaims, DefaultSessions);

    public ClaimName Subject { get; } = new(options.Subject ?? "sub");

    /// <summary>The first two that are present and differ are the client.</summary>
    public ClaimName[] Clients { get; } = Names(options.Client, DefaultClients);

    public IEnumerable<ClaimName> All => [.. Sessions, Subject, .. Clients];

    private static ClaimName[] Names(List<string> configured, string[] otherwise)
        => [.. (configured.Count > 0 ? configured : [.. otherwise]).Select(name => new ClaimName(name))];
}
