using Gateway.Revocation;
using Gateway.Sessions;

namespace Gateway.Logout;

/// <summary>The sessions of the registry that a target would end, and that nothing has ended yet.</summary>
internal sealed class SessionsToEnd(SessionRegistry registry, RevocationIndex index)
{
    /// <summary>Visits each.</summary>
    /// <param name="seen">The session that a target names, where it has been looked up already.</param>
    /// <exception cref="StoreUnavailableException">The registry cannot be read now.</exception>
    public async Task WalkAsync(Target target, SeenSession? seen, DateTimeOffset at, Action visit, CancellationToken cancellation)
    {
        Func<SessionIdentity, bool> ends = index.EndsAnew([target], at);
        if (target.Kind.IsCutOff)
        {
            await registry.WalkAsync(SessionFilter.Of(target), session =>
            {
                if (session.ToIdentities().Any(ends)) visit();
            }, cancellation);
            return;
        }
        // An opaque token is listed as a session under its fingerprint.
        seen ??= await registry.FindAsync(target.InRealm, target.NamedId!, cancellation);
        if (seen is not null && !(seen.ExpiresAt <= at) && seen.ToIdentities().Any(ends)) visit();
    }

    /// <summary>Tells whether there is one.</summary>
    public async Task<bool> AnyAsync(Target target, SeenSession? seen, DateTimeOffset at, CancellationToken cancellation)
    {
        bool any = false;
        using CancellationTokenSource found = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            await WalkAsync(target, seen, at, () =>
            {
                any = true;
                found.Cancel();
            }, found.Token);
        }
        catch (OperationCanceledException) when (any) { /* the others need not be looked at */ }
        return any;
    }
}
