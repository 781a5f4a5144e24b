using System.Text;
using Gateway.Cluster;
using Gateway.Configuration;
using Gateway.Enforcement.Endings;
using Gateway.Store;

namespace Gateway.Enforcement;

/// <summary>Checks the section <c>Gateway:Enforcement</c>.</summary>
internal sealed class EnforcementValidator : IConfigurationValidator
{
    public void Validate(Checks checks)
    {
        EnforcementOptions options = checks.Options<EnforcementOptions>();
        Lease(options, checks);
        checks = checks.At("Gateway:Enforcement");
        // RFC 6455 section 7.4: those below 3000 have fixed meanings, and 1004 to 1006 and 1015 are never sent.
        checks.That(options.CloseCode is >= 3000 and <= 4999 or >= 1000 and <= 1003 or >= 1007 and <= 1014, nameof(options.CloseCode),
            $"{options.CloseCode} cannot be sent in a Close frame (RFC 6455 section 7.4); 3000 to 4999, like 4401.");
        checks.That(Encoding.UTF8.GetByteCount(options.CloseReason) <= 123, nameof(options.CloseReason),
            "is longer than the 123 bytes that a Close frame holds.");
        checks.Between(options.CloseTimeout, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(1));
        checks.That(!options.LastEvent.Contains('\n') && !options.LastEvent.Contains('\r'), nameof(options.LastEvent),
            "must be one line; an empty one sends no last event.");
        checks.Between(options.EndAtATime, 1, 10_000);
        checks.Between(options.TokenCache, 0, 100_000_000);
        foreach ((int index, string proxy) in options.TrustedProxies.Index())
            checks.That(Checks.IsAddressOrNetwork(proxy), $"{nameof(options.TrustedProxies)}:{index}",
                $"'{proxy}' is no address or network; write 10.0.0.1 or 10.0.0.0/8.");
    }

    // A logout waits for frames that have begun, and a node that cannot apply the log in time has no lease.
    private static void Lease(EnforcementOptions options, Checks checks)
    {
        if (checks.Options<StoreOptions>().Kind != StoreKind.Redis) return;
        TimeSpan lease = checks.Options<ClusterOptions>().Lease, longest = FrameLimit.Longest(lease);
        double before = FrameLimit.Before.TotalMilliseconds;
        if (longest <= TimeSpan.Zero)
            checks.Add("Gateway:Cluster:Lease",
                $"{lease} is too short: half of it must be more than the {before} ms that a logout may wait for a client in mid-frame.");
        else if (checks.Configuration["Gateway:Enforcement:CloseTimeout"] is not null)
            checks.That(options.CloseTimeout <= longest, "Gateway:Enforcement:CloseTimeout",
                $"{options.CloseTimeout} is too long for Cluster:Lease {lease}: a client in mid-frame could make this node lose its lease. "
                    + $"At most {longest}, half a lease less {before} ms; or a longer lease.");
    }
}
