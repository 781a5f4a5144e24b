using Gateway.Http;
using Gateway.Realms;
using Gateway.Revocation;
using Gateway.Sessions;

namespace Gateway.Enforcement.Messages;

/// <summary>Tells whose a connection is that signs in by a message. No request shows the token with its user, so an application cannot be
/// asked: the session is the token's fingerprint, and what the registry knows of it is known here as well.</summary>
internal sealed class MessageSignIns(RealmSet realms, SessionRegistry registry, TimeProvider time)
{
    /// <summary>Gives the identities of a token that a client signs in with, before its server has answered.</summary>
    public async ValueTask<IReadOnlyList<SessionIdentity>> OfTokenAsync(RoutePolicy policy, string token, CancellationToken cancellation)
    {
        string fingerprint = Fingerprint.Of(token);
        List<SessionIdentity> identities = [];
        foreach (Realm realm in RealmsOf(policy))
        {
            SeenSession? seen = await FindAsync(realm.Name, fingerprint, cancellation);
            identities.Add(new(realm.Name, fingerprint, seen?.Subject, fingerprint: fingerprint, client: seen?.Client,
                authenticatedAt: Since(seen), expiresAt: seen?.ExpiresAt));
        }
        return identities;
    }

    /// <summary>Gives those of whom a server has signed in, and notes that they were seen.</summary>
    public async ValueTask<IReadOnlyList<SessionIdentity>> OfSignInAsync(RoutePolicy policy, DdpSignIn signIn, HttpContext context,
        CancellationToken cancellation)
    {
        string fingerprint = Fingerprint.Of(signIn.Token);
        List<SessionIdentity> identities = [];
        foreach (Realm realm in RealmsOf(policy))
        {
            SeenSession? seen = await FindAsync(realm.Name, fingerprint, cancellation);
            SessionIdentity identity = new(realm.Name, fingerprint, signIn.UserId, fingerprint: fingerprint, client: seen?.Client,
                authenticatedAt: Since(seen), expiresAt: signIn.Expires ?? seen?.ExpiresAt);
            registry.Note(identity, context);
            identities.Add(identity);
        }
        return identities;
    }

    // Those whose tokens are opaque to the gateway; a JWT is no token of such a server.
    private IEnumerable<Realm> RealmsOf(RoutePolicy policy)
        => realms.All.Where(realm => realm.Jwt is null && (policy.Realms.Count == 0 || policy.Realms.Contains(realm.Name)));

    private DateTimeOffset Since(SeenSession? seen) => seen?.AuthenticatedAt ?? seen?.FirstSeen ?? time.GetUtcNow();

    // A registry that cannot be read takes the subject from the tie until the server has answered, no more.
    private async ValueTask<SeenSession?> FindAsync(string realm, string id, CancellationToken cancellation)
    {
        try { return await registry.FindAsync(realm, id, cancellation); }
        catch (StoreUnavailableException) { return null; }
    }
}
