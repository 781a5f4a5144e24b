using Gateway.Http;
using Gateway.Realms;
using Gateway.Revocation;

namespace Gateway.Credentials;

/// <summary>Finds every credential in a request and resolves each to a session identity. What goes on to the backend is
/// left in normal form: each credential once (reading rule 7), and none of realms that the route does not read (rule 5).</summary>
internal sealed class IdentityResolver(RealmSet realms, TokenResolver tokens, RevocationIndex index)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly RealmChoice _choice = new(realms);

    /// <summary>Completes synchronously when every token is in the cache of verified tokens.</summary>
    public ValueTask<Resolution> Resolve(HttpContext context, ReadingPlan plan)
    {
        RoutePolicy policy = plan.Policy;
        if (plan.ReadsNothing) return new(Nothing(policy));
        FoundBuffer buffer = default;
        Span<Found> found = plan.Count <= FoundBuffer.Capacity ? ((Span<Found>)buffer)[..plan.Count] : new Found[plan.Count];
        if (RequestCredentials.Read(context.Request, plan, found) is { } complaint) return new(Resolution.Refuse(Refusal.BadRequest(complaint)));

        if (plan.HasFormlessSchemes && HidesRevoked(context.Request.Headers, plan) is { } owner) return new(Resolution.Refuse(Refusal.Unauthorized(owner)));

        Answers answers = default;
        for (int at = 0; at < found.Length; at++)
        {
            if (found[at].Reader is null) continue;
            ValueTask<TokenResult> asked = Ask(found[at], context, out string? realm);
            if (!asked.IsCompletedSuccessfully) return Wait(context, policy, answers, asked, realm, found[at..].ToArray());
            answers.Add(asked.Result, realm, index);
        }
        return new(answers.ToResolution(policy));
    }

    private async ValueTask<Resolution> Wait(HttpContext context, RoutePolicy policy, Answers answers, ValueTask<TokenResult> asked, string? realm, Found[] left)
    {
        answers.Add(await asked, realm, index);
        for (int at = 1; at < left.Length; at++)
            if (left[at].Reader is not null) answers.Add(await Ask(left[at], context, out realm), realm, index);
        return answers.ToResolution(policy);
    }

    private ValueTask<TokenResult> Ask(Found found, HttpContext context, out string? realm)
    {
        Reader reader = found.Reader!;
        if (reader.Realms.Length > 1)
        {
            // A token that one of them has verified need not be read again to tell whose it is.
            foreach (Realm known in reader.Realms)
            {
                if (known.Jwt is null || !tokens.TryKnown(known, found.Token, out TokenResult result)) continue;
                realm = known.Name;
                return new(result);
            }
        }
        Realm? chosen = reader.Realms.Length == 1 && reader.Realms[0].Jwt is not null ? reader.Realms[0] : _choice.Of(found.Token, reader.Realms);
        realm = (chosen ?? reader.Realms[0]).Name;
        return chosen is null ? new(TokenResult.Invalid) : tokens.Resolve(chosen, reader.Location, found.Token, context.Request.Headers, context.RequestAborted);
    }

    // Rules 1 and 10: a Basic credential passes beside tokens that have no form; one that holds a revoked token does not.
    private string? HidesRevoked(IHeaderDictionary headers, ReadingPlan plan)
    {
        foreach (NamedLocation location in plan.Headers)
        {
            if (!location.HasFormlessTokens || headers[location.Name] is not [{ } value] || TokenText.Basic(value) is not { } basic) continue;
            foreach (Realm realm in location.Readers.SelectMany(reader => reader.Realms).Where(realm => realm.Jwt is null))
                foreach (string part in (ReadOnlySpan<string>)[basic.User, basic.Password])
                    if (Fingerprint.Of(part) is var fingerprint && index.RevokedBy(new SessionIdentity(realm.Name, fingerprint, fingerprint: fingerprint)) is TargetKind.Session or TargetKind.Token) return realm.Name;
        }
        return null;
    }

    private static Resolution Nothing(RoutePolicy policy)
        => policy.Session == SessionPolicy.Required ? Resolution.Refuse(Refusal.Missing()) : Resolution.Nothing;

    // What the tokens of one request came to.
    private struct Answers
    {
        private IReadOnlyList<SessionIdentity>? _identities;
        private string? _refusedBy;
        private bool _refused;
        private bool _unavailable;

        public void Add(TokenResult result, string? realm, RevocationIndex index)
        {
            if (result.Failure == TokenFailure.None)
            {
                _identities = _identities is null ? result.Identities : [.. _identities, .. result.Identities];
                return;
            }
            // Reading rule 10: a revoked id is refused, also when nobody can tell now whether the token is good.
            if (result.Failure == TokenFailure.Unavailable && !(result.Claimed is { } claimed && IsKnownRevoked(claimed, index))) _unavailable = true;
            else
            {
                _refused = true;
                _refusedBy ??= realm;
            }
        }

        // What is not known of an unverified token proves nothing: without its time no cut-off can be told to meet it.
        private static bool IsKnownRevoked(SessionIdentity claimed, RevocationIndex index)
            => index.RevokedBy(claimed) is var cause and not TargetKind.None && (cause is TargetKind.Session or TargetKind.Token || claimed.AuthenticatedSecond is not null);

        public readonly Resolution ToResolution(RoutePolicy policy)
        {
            if (_refused) return Resolution.Refuse(Refusal.Unauthorized(_refusedBy));
            if (_unavailable) return Resolution.Refuse(Refusal.Unavailable(RetryAfter));
            return _identities is null ? Nothing(policy) : new(_identities, null);
        }
    }
}
