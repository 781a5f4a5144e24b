namespace Gateway.Realms;

/// <summary>What a token came to in one realm.</summary>
internal enum TokenFailure
{
    None = 0,

    /// <summary>It does not verify, has expired, or the application does not know it: 401.</summary>
    Invalid,

    /// <summary>Nobody can tell now: the provider or the application cannot be reached. 503 with Retry-After.</summary>
    Unavailable,
}

/// <summary>An identity, or why there is none.</summary>
internal readonly record struct TokenResult(SessionIdentity? Identity, TokenFailure Failure)
{
    public static TokenResult Of(SessionIdentity identity) => new(identity, TokenFailure.None);
    public static readonly TokenResult Invalid = new(null, TokenFailure.Invalid);
    public static readonly TokenResult Unavailable = new(null, TokenFailure.Unavailable);
}

/// <summary>Resolves a token of a named realm, through the cache of verified tokens. It does not ask the revocation
/// index: whoever asks here asks the index as well.</summary>
internal sealed class TokenResolver
{
    /// <param name="companions">The request whose companion headers (<c>Lookup:Headers</c>) are sent along.</param>
    public ValueTask<TokenResult> Resolve(string realm, string token, IHeaderDictionary companions, CancellationToken cancellation)
    {
        _ = (realm, token, companions, cancellation);
        return ValueTask.FromResult(TokenResult.Invalid);
    }
}
