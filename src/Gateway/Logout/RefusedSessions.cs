using System.Collections.Concurrent;
using Gateway.Revocation;

namespace Gateway.Logout;

/// <summary>The sessions that a cut-off has refused here and whose ids are not in the log yet (rule R20).</summary>
internal sealed class RefusedSessions(RevocationIndex index)
{
    private const int Most = 10_000;

    private readonly ConcurrentDictionary<IndexKey, SessionIdentity> _refused = [];
    private readonly SemaphoreSlim _more = new(0);

    public bool IsEmpty => _refused.IsEmpty;

    /// <summary>Takes note of one that a cut-off refuses; returns at once. What has no time of its own is refused in any case.</summary>
    public void Note(SessionIdentity identity)
    {
        if (identity.SessionId is null || identity.IsAlias || identity.AuthenticatedSecond is null || index.EndsById(identity.SessionKey))
            return;
        if (_refused.Count < Most && _refused.TryAdd(identity.SessionKey, identity)) _more.Release();
    }

    /// <summary>Completes when there is one.</summary>
    public Task WaitAsync(CancellationToken cancellation) => _more.WaitAsync(cancellation);

    /// <summary>Gives some of them; they stay.</summary>
    public SessionIdentity[] Some(int most) => [.. _refused.Values.Take(most)];

    /// <summary>Lets those go that the log has.</summary>
    public void Remove(IEnumerable<SessionIdentity> recorded)
    {
        foreach (SessionIdentity identity in recorded) _refused.TryRemove(identity.SessionKey, out _);
    }
}
