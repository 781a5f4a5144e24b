using Gateway.Http;
using Gateway.Realms;
using Gateway.Revocation;
using Gateway.Sessions;

namespace Gateway.Enforcement.Messages;

/// <summary>
/// Tells whose a connection is that signs in by a message. Where a realm's tokens do not name their session themselves, the token is
/// resolved through its realm, as one in a request is; with the user's id for a companion that the request of the socket lacks, once the
/// server has told it. Where they do, the session is the token's fingerprint, and what the registry knows of it is known here as well.
/// </summary>
internal sealed class MessageSignIns(RealmSet realms, TokenResolver tokens, SessionRegistry registry, TimeProvider time)
{
    /// <summary>Gives the identities of a token that a client signs in with, before its server has answered.</summary>
    public ValueTask<MessageSignIn> OfTokenAsync(RoutePolicy policy, string token, HttpContext context, CancellationToken cancellation)
        => OfAsync(policy, token, answer: null, context, cancellation);

    /// <summary>Gives those of whom a server has signed in, and notes that they were seen.</summary>
    public ValueTask<MessageSignIn> OfSignInAsync(RoutePolicy policy, DdpSignIn signIn, HttpContext context, CancellationToken cancellation)
        => OfAsync(policy, signIn.Token, signIn, context, cancellation);

    private async ValueTask<MessageSignIn> OfAsync(RoutePolicy policy, string token, DdpSignIn? answer, HttpContext context,
        CancellationToken cancellation)
    {
        string fingerprint = Fingerprint.Of(token);
        List<SessionIdentity> resolved = [], assumed = [];
        bool isUnavailable = false;
        foreach (Realm realm in RealmsOf(policy))
        {
            TokenResult result = realm.Tokens.SessionIsToken ? TokenResult.Invalid
                : await ResolveAsync(realm, token, answer?.UserId, context, cancellation);
            if (result.Failure == TokenFailure.None) resolved.AddRange(Known(result, answer));
            else assumed.Add(await AssumedAsync(realm.Name, fingerprint, answer, cancellation));
            isUnavailable |= result.Failure == TokenFailure.Unavailable;
        }
        // One whose realm has told its session is listed under that alone.
        if (answer is not null)
            foreach (SessionIdentity identity in resolved.Count > 0 ? resolved : assumed) registry.Note(identity, context);
        return new(fingerprint, [.. resolved, .. assumed], isUnavailable && resolved.Count == 0);
    }

    // Those whose tokens are opaque to the gateway; a JWT is no token of such a server.
    private IEnumerable<Realm> RealmsOf(RoutePolicy policy)
        => realms.All.Where(realm => realm.Jwt is null && (policy.Realms.Count == 0 || policy.Realms.Contains(realm.Name)));

    private async ValueTask<TokenResult> ResolveAsync(Realm realm, string token, string? user, HttpContext context,
        CancellationToken cancellation)
    {
        CredentialLocation location = realm.Locations.FirstOrDefault(one => one.Kind == CredentialLocationKind.Header)
            ?? realm.Locations[0];
        IReadOnlyList<Companion> companions = realm.Tokens.Companions;
        string?[] ofRequest = CompanionValues.Of(companions, context.Request.Headers, location.Kind);
        if (user is not null && !TokenText.IsWellFormed(user)) user = null;
        // Without its companions the question would be another one: it is asked when the server has told the user.
        if (user is null && ofRequest.Contains(null)) return TokenResult.Invalid;
        TokenResult result = await AskAsync([.. ofRequest.Select(value => value ?? user)]);
        // A browser may still have the cookie of who was signed in before.
        bool another = user is not null && Array.Exists(ofRequest, value => value is not null && value != user);
        return result.Failure == TokenFailure.Invalid && another ? await AskAsync([.. ofRequest.Select(_ => user)]) : result;

        ValueTask<TokenResult> AskAsync(string?[] values)
        {
            HeaderDictionary headers = [];
            for (int at = 0; at < values.Length; at++) headers[companions[at].Header] = values[at];
            return tokens.ResolveAsync(realm, location, token, headers, cancellation);
        }
    }

    private static IEnumerable<SessionIdentity> Known(TokenResult result, DdpSignIn? answer)
        => answer is null ? result.Identities
            : result.Identities.Select(identity => identity.IsAlias ? identity : identity.With(answer.UserId, answer.Expires));

    private async ValueTask<SessionIdentity> AssumedAsync(string realm, string fingerprint, DdpSignIn? answer,
        CancellationToken cancellation)
    {
        SeenSession? seen = await FindAsync(realm, fingerprint, cancellation);
        return new(realm, fingerprint, answer?.UserId ?? seen?.Subject, fingerprint: fingerprint, client: seen?.Client,
            authenticatedAt: seen?.AuthenticatedAt ?? seen?.FirstSeen ?? time.GetUtcNow(), expiresAt: answer?.Expires ?? seen?.ExpiresAt);
    }

    // A registry that cannot be read takes the subject from the tie until the server has answered, no more.
    private async ValueTask<SeenSession?> FindAsync(string realm, string id, CancellationToken cancellation)
    {
        try { return await registry.FindAsync(realm, id, cancellation); }
        catch (StoreUnavailableException) { return null; }
    }
}
