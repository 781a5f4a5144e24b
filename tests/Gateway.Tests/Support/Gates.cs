using Gateway.Cluster;
using Gateway.Configuration;
using Gateway.Credentials;
using Gateway.Enforcement;
using Gateway.Logout;
using Gateway.Realms;
using Gateway.Revocation;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Support;

/// <summary>The session gate without a host.</summary>
internal static class Gates
{
    /// <summary>A gate whose lease is good.</summary>
    public static SessionGate Open(RevocationIndex index, LiveConnections connections, RealmSet? realms = null,
        TokenResolver? tokens = null)
    {
        Lease lease = new(TimeProvider.System);
        lease.GrantForever();
        realms ??= new RealmSet([], 0, new ConfigurationFolder("/"), new KeptDocuments(null), new ProviderClient(), TimeProvider.System,
            NullLoggerFactory.Instance);
        return new SessionGate(lease, index, connections, new CopyJudge(realms, tokens ?? new TokenResolver(realms, TimeProvider.System)),
            new RefusedSessions(index), new ClusterOptions());
    }
}
