using Gateway.Realms;

namespace Gateway.Credentials;

/// <summary>Resolves a copy of a credential to the session that its token stands for. Whether that is revoked is the session
/// gate's to say.</summary>
internal sealed class CopyResolver(RealmSet realms, TokenResolver tokens)
{
    private readonly RealmChoice _choice = new(realms);

    /// <summary>Completes synchronously when the token is in the cache of verified tokens.</summary>
    /// <param name="copy">One that has a reader.</param>
    /// <param name="realm">Whose token it is; of several realms that share its location the first, where it is nobody's.</param>
    public ValueTask<TokenResult> ResolveAsync(in Copy copy, HttpContext context, out string realm)
    {
        Reader reader = copy.Reader!;
        if (reader.Realms.Length > 1)
        {
            // A token that one of them has verified need not be read again to tell whose it is.
            foreach (Realm known in reader.Realms)
            {
                if (known.Jwt is null || !tokens.TryKnown(known, copy.Token, out TokenResult result)) continue;
                realm = known.Name;
                return new(result);
            }
        }
        Realm? chosen = reader.Realms.Length == 1 && reader.Realms[0].Jwt is not null ? reader.Realms[0] : _choice.Of(copy.Token, reader.Realms);
        realm = (chosen ?? reader.Realms[0]).Name;
        return chosen is null ? new(TokenResult.Invalid) : tokens.Resolve(chosen, reader.Location, copy.Token, context.Request.Headers, context.RequestAborted);
    }

    /// <summary>A token that a caller names itself, whatever else its request carries.</summary>
    /// <param name="location">Where the token stands; null for the first location of the realm.</param>
    public ValueTask<TokenResult> ResolveAsync(string realm, CredentialLocation? location, string token, HttpContext context)
        => location is not null && realms.Find(realm) is { } found
            ? tokens.Resolve(found, location, token, context.Request.Headers, context.RequestAborted)
            : tokens.Resolve(realm, token, context.Request.Headers, context.RequestAborted);
}
