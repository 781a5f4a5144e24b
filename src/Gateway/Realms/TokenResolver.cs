using System.Buffers;
using System.Collections.Concurrent;
using Gateway.Revocation;

namespace Gateway.Realms;

/// <summary>Resolves a token of a named realm, through the cache of verified tokens. It does not ask the revocation
/// index: whoever asks here asks the index as well.</summary>
internal sealed class TokenResolver(
    RealmSet realms, TimeProvider time, RealmMetrics? metrics = null, TokenLifetimes? lifetimes = null, TokenTies? ties = null)
{
    private const string NotNameable = "an id in it could not be named in a revocation: it is too long, or no text";

    // What divides the parts of a key cannot stand in a header.
    private const char Divider = '\0';

    private readonly ConcurrentDictionary<(Realm Realm, string Key), Task<TokenResult>> _asking = new();
    private readonly FirstVerified _first = new();

    /// <summary>Completes synchronously when the verdict is remembered. A token of a realm that is not configured is invalid.</summary>
    /// <param name="companions">The headers of the request, whose companions (<c>Lookup:Headers</c>, <c>Lookup:Cookies</c>) are sent
    /// along.</param>
    public ValueTask<TokenResult> ResolveAsync(string realm, string token, IHeaderDictionary companions, CancellationToken cancellation)
        => realms.Find(realm) is { } found
            ? ResolveAsync(found, found.Locations.Count > 0
                ? found.Locations[0]
                : new CredentialLocation(CredentialLocationKind.Header, "Authorization", "Bearer"), token, companions, cancellation)
            : ValueTask.FromResult(TokenResult.Refused("there is no such realm"));

    /// <param name="location">Where the request had the token: a lookup sends it on in the same location.</param>
    public ValueTask<TokenResult> ResolveAsync(Realm realm, CredentialLocation location, ReadOnlySpan<char> token,
        IHeaderDictionary companions, CancellationToken cancellation)
    {
        // The generation first: a verdict that is made from older keys is stored under the older number.
        int generation = realm.Tokens.Generation;
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (realm.Tokens is Jwt.JwtTokens or OpaqueTokens { TiesRenewals: false })
        {
            if (realm.Cache.TryGet(token, generation, now, out TokenResult known)) return KnownAsync(known);
            return AskAsync(realm, new Presented(token.ToString(), location, []), token.ToString(), generation, cancellation);
        }
        string?[] values = CompanionValues.Of(realm.Tokens.Companions, companions, location.Kind);
        int length = KeyLength(location, token, values);
        char[]? rented = length > 1024 ? ArrayPool<char>.Shared.Rent(length) : null;
        try
        {
            Span<char> key = rented is null ? stackalloc char[1024] : rented;
            key = WriteKey(key, location, token, values);
            if (realm.Cache.TryGet(key, generation, now, out TokenResult known)) return KnownAsync(known);
            return AskAsync(realm, new Presented(token.ToString(), location, values), key.ToString(), generation, cancellation);
        }
        finally
        {
            if (rented is not null) ArrayPool<char>.Shared.Return(rented, clearArray: true);
        }
    }

    /// <summary>Gives a JWT that was verified lately.</summary>
    public bool TryKnown(Realm realm, ReadOnlySpan<char> token, out TokenResult result)
        => realm.Cache.TryGetGood(token, realm.Tokens.Generation, time.GetUtcNow().ToUnixTimeMilliseconds(), out result);

    private ValueTask<TokenResult> KnownAsync(TokenResult known)
    {
        metrics?.TokenCacheHit();
        return new(known);
    }

    // All who ask about one token at the same time wait for one verdict. It is not cancelled with the request that asked first.
    private ValueTask<TokenResult> AskAsync(Realm realm, Presented presented, string key, int generation, CancellationToken cancellation)
    {
        metrics?.TokenCacheMiss();
        TaskCompletionSource<TokenResult> mine = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<TokenResult> asked = _asking.GetOrAdd((realm, key), mine.Task);
        if (asked != mine.Task) return new(asked.WaitAsync(cancellation));
        ValueTask<Verification> verdict;
        try
        {
            verdict = realm.Tokens.VerifyAsync(presented);
        }
        catch (Exception error)
        {
            _asking.TryRemove((realm, key), out _);
            mine.SetException(error);
            throw;
        }
        if (verdict.IsCompletedSuccessfully) return new(Answered(realm, key, verdict.Result, generation, mine));
        return new(WaitAsync(realm, key, verdict, generation, mine).WaitAsync(cancellation));
    }

    private async Task<TokenResult> WaitAsync(Realm realm, string key, ValueTask<Verification> verdict, int generation,
        TaskCompletionSource<TokenResult> mine)
    {
        try
        {
            return Answered(realm, key, await verdict, generation, mine);
        }
        catch (Exception error)
        {
            _asking.TryRemove((realm, key), out _);
            mine.TrySetException(error);
            throw;
        }
    }

    private TokenResult Answered(Realm realm, string key, Verification verdict, int generation, TaskCompletionSource<TokenResult> mine)
    {
        // What no revocation could name must not pass: such a session could never be ended.
        if (verdict.Result.Identity is { } identity && !IsNameable(identity))
            verdict = verdict with { Result = TokenResult.Refused(NotNameable) };
        DateTimeOffset now = time.GetUtcNow();
        _first.Note(verdict.Result, now);
        if (verdict.Result.Identity is { } good)
        {
            lifetimes?.Note(good, now);
            ties?.Note(good);
        }
        // A verdict of newer keys than the number we took is worth no less, but is asked for again.
        if (verdict.StandsUntil > now) realm.Cache.Add(key, verdict, generation);
        _asking.TryRemove((realm, key), out _);
        mine.SetResult(verdict.Result);
        return verdict.Result;
    }

    private static bool IsNameable(SessionIdentity identity)
        => RevocationRules.IsNameable(identity.SessionId) && RevocationRules.IsNameable(identity.Subject)
            && RevocationRules.IsNameable(identity.TokenId)
            && RevocationRules.IsNameable(identity.Client) && RevocationRules.IsNameable(identity.SecondClient);

    private static int KeyLength(CredentialLocation location, ReadOnlySpan<char> token, string?[] values)
    {
        int length = token.Length + location.Name.Length + (location.Scheme?.Length ?? 0) + 4 + values.Length * 2;
        foreach (string? value in values) length += value?.Length ?? 0;
        return length;
    }

    // A missing companion and an empty one are different questions.
    private static Span<char> WriteKey(Span<char> key, CredentialLocation location, ReadOnlySpan<char> token, string?[] values)
    {
        int at = 0;
        Append(key, token, ref at);
        key[at++] = Divider;
        key[at++] = (char)('0' + (int)location.Kind);
        Append(key, location.Name, ref at);
        key[at++] = Divider;
        Append(key, location.Scheme, ref at);
        foreach (string? value in values)
        {
            key[at++] = Divider;
            if (value is null) continue;
            key[at++] = '=';
            Append(key, value, ref at);
        }
        return key[..at];
    }

    private static void Append(Span<char> key, ReadOnlySpan<char> part, ref int at)
    {
        part.CopyTo(key[at..]);
        at += part.Length;
    }
}
