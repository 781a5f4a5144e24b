using Gateway.Logout;
using Gateway.Revocation;
using Gateway.Store;
using Gateway.Tests.Dialects;

namespace Gateway.Tests.Logout;

/// <summary>Every caller's revocations are audited alike: by the one who writes them.</summary>
public sealed class RevocationAuditTests
{
    private static readonly Actor Ops = new("key ops", "192.0.2.1");

    [Fact]
    public async Task Who_from_where_what_and_what_came_of_it()
    {
        BreakableLog log = new();
        await using TestIssuer issuer = new();
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(GatewaySettings.For(issuer: issuer),
            customize: log.StandIn);
        RevocationService service = gateway.Get<RevocationService>();
        RevocationRequest request = new(new Target.Subject("main", "alice"), Ops) { Reason = "left", IdempotencyKey = "k" };

        RevocationOutcome ended = await service.RevokeAsync(request, default);
        await service.RevokeAsync(request, default);   // the same once more
        await service.ReinstateAsync((Fact.Revocation)ended.Fact, Ops, null, waitForAll: true, default);
        log.IsBroken = true;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => service.RevokeAsync(new(new Target.Realm("main"), Ops), default));

        IReadOnlyList<AuditEntry> audit = await gateway.Get<AuditLog>().ListAsync(null, 10, default);
        Assert.All(audit, entry => Assert.Equal(("key ops", "192.0.2.1"), (entry.Actor, entry.Address)));
        Assert.Equal(
            ["revoke realm main failed", "reinstate subject main/alice done", "revoke subject main/alice done"],
            audit.Select(entry => $"{entry.Action} {entry.Target} {entry.Outcome}"));
        Assert.Equal($"{ended.Fact.Id} left", audit[^1].Detail);
    }
}
