using Gateway.Cluster;
using Gateway.Revocation;
using Gateway.Sessions;

namespace Gateway.Dialects;

/// <summary>Whether an id is that of a session of the caller's.</summary>
internal sealed class OwnSessions(SessionRegistry registry, SessionsOptions options, ClusterWatch watch, TimeProvider time)
{
    // More than the store takes for what comes to it.
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100), Longest = TimeSpan.FromSeconds(3);

    private readonly TimeSpan _saved = options.FlushEvery + Moment < Longest ? options.FlushEvery + Moment : Longest;

    /// <summary>Asks the registry; once more where another node may have seen it a moment ago and not told the store yet.</summary>
    /// <exception cref="StoreUnavailableException">The registry cannot be read now.</exception>
    public async Task<Known> HasAsync(string realm, string id, string subject, CancellationToken cancellation)
    {
        if (await IsOwnAsync(realm, id, subject, cancellation)) return Known.Yes;
        if (watch.Read(static (view, now) => view.Holders(now).Count) > 1)
        {
            await Task.Delay(_saved, time, cancellation);
            if (await IsOwnAsync(realm, id, subject, cancellation)) return Known.Yes;
        }
        return registry.IsWhole ? Known.No : Known.Unsure;
    }

    private async Task<bool> IsOwnAsync(string realm, string id, string subject, CancellationToken cancellation)
        => await registry.FindAsync(realm, id, cancellation) is { } seen && seen.Subject == subject;
}
