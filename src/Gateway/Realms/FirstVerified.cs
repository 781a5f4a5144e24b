using Gateway.Revocation;

namespace Gateway.Realms;

/// <summary>
/// When each session was first verified here (rule R20). A provider whose clock is ahead stamps its tokens later than they
/// are: a cut-off counts a session as old from the earlier of its own claim and this moment, and neither a refreshed token
/// nor one that is verified again makes it younger. Bounded: the sessions that were not verified for longest are forgotten.
/// </summary>
/// <param name="capacity">At least so many sessions are remembered, at most twice as many.</param>
internal sealed class FirstVerified(int capacity = 200_000)
{
    private readonly Lock _lock = new();
    private Dictionary<IndexKey, long> _lately = [];
    private Dictionary<IndexKey, long> _before = [];

    /// <summary>Takes note of a verdict that nobody else has seen yet, and makes its identities as old as their session is.</summary>
    public void Note(TokenResult verified, DateTimeOffset now)
    {
        // Without an instant every cut-off refuses it anyway.
        if (verified.Identity is not { AuthenticatedSecond: { } claimed } identity) return;
        IndexKey session = identity.SessionId is not null
            ? identity.SessionKey
            : identity.TokenId is not null
            ? identity.TokenKey
            : identity.FingerprintKey;
        long second = Earliest(session, Math.Min(claimed, now.ToUnixTimeSeconds()));
        foreach (SessionIdentity spelling in verified.Identities) spelling.CountFrom(second);
    }

    private long Earliest(IndexKey session, long second)
    {
        lock (_lock)
        {
            if (_lately.TryGetValue(session, out long known) || _before.TryGetValue(session, out known)) second = Math.Min(second, known);
            if (_lately.Count >= capacity && !_lately.ContainsKey(session)) (_before, _lately) = (_lately, []);
            _lately[session] = second;
        }
        return second;
    }
}
