using Gateway.Revocation;
using Gateway.Sessions;
using Gateway.Store;

namespace Gateway.Dialects;

/// <summary>Whether an id is that of a session of the caller's.</summary>
internal sealed class OwnSessions(SessionRegistry registry, SessionsOptions options, StoreOptions store, TimeProvider time)
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(250), Longest = TimeSpan.FromSeconds(3);

    // A busy node is late.
    private readonly TimeSpan _saved = options.FlushEvery * 2 < Longest ? options.FlushEvery * 2 + Between : Longest;

    /// <summary>Asks the registry; again for a moment where another node may have seen it and not told the store yet. One that has just
    /// joined is not known here at once, so every store that nodes share may have others.</summary>
    /// <exception cref="StoreUnavailableException">The registry cannot be read now.</exception>
    public async Task<Known> HasAsync(string realm, string id, string subject, CancellationToken cancellation)
    {
        if (await IsOwnAsync(realm, id, subject, cancellation)) return Known.Yes;
        if (store.Kind == StoreKind.Redis)
            for (long began = time.GetTimestamp(); time.GetElapsedTime(began) < _saved;)
            {
                await Task.Delay(Between, time, cancellation);
                if (await IsOwnAsync(realm, id, subject, cancellation)) return Known.Yes;
            }
        return registry.IsWhole ? Known.No : Known.Unsure;
    }

    private async Task<bool> IsOwnAsync(string realm, string id, string subject, CancellationToken cancellation)
        => await registry.FindAsync(realm, id, cancellation) is { } seen && seen.Subject == subject;
}
