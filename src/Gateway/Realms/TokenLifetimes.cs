using System.Collections.Concurrent;
using Gateway.Revocation;

namespace Gateway.Realms;

/// <summary>Which realms have tokens that may be good for longer than a revocation is kept (rule R20): such a token is alive again
/// when its revocation is forgotten, unless its end was known when it was revoked.</summary>
internal sealed partial class TokenLifetimes(RealmsOptions realms, RevocationOptions revocation, ILogger<TokenLifetimes> logger)
{
    private readonly ConcurrentDictionary<string, byte> _outlive = [];

    /// <summary>Tells whether a realm's tokens have no end that anybody here could know.</summary>
    public static bool AreEndless(RealmOptions realm) => realm.Opaque is not null;

    /// <summary>Takes note of a token that has been verified.</summary>
    public void Note(SessionIdentity identity, DateTimeOffset now)
    {
        if (identity.ExpiresAt is { } ends && ends - now <= revocation.KeepFor) return;
        if (!_outlive.TryAdd(identity.Realm, 0)) return;
        if (identity.ExpiresAt is { } late) Outlives(logger, identity.Realm, late, revocation.KeepFor);
        else if (realms.TryGetValue(identity.Realm, out RealmOptions? realm) && !AreEndless(realm))
            Endless(logger, identity.Realm, revocation.KeepFor);
    }

    /// <summary>Tells whether tokens of a realm may outlive a revocation, as far as it is known here.</summary>
    public bool MayOutlive(string realm)
        => _outlive.ContainsKey(realm) || (realms.TryGetValue(realm, out RealmOptions? options) && AreEndless(options));

    [LoggerMessage(EventId = 1007, Level = LogLevel.Warning,
        Message = "Realm {Realm} has tokens that are good until {Until}, longer than Revocation:KeepFor ({KeepFor}): one that is revoked "
            + "before its end is known here would be alive again. Make KeepFor as long as the longest session.")]
    private static partial void Outlives(ILogger logger, string realm, DateTimeOffset until, TimeSpan keepFor);

    [LoggerMessage(EventId = 1008, Level = LogLevel.Warning,
        Message = "Realm {Realm} has tokens without an end, and Revocation:KeepFor is {KeepFor}: one that is revoked would be alive again "
            + "after that. Make KeepFor as long as the longest session.")]
    private static partial void Endless(ILogger logger, string realm, TimeSpan keepFor);
}
