using Gateway.Store;
using Gateway.Store.Redis;

namespace Gateway.EndToEnd.Cluster;

public sealed class RedisAuditStreamTests(RedisFixture fixture) : IClassFixture<RedisFixture>
{
    [Fact]
    public async Task What_two_nodes_record_is_one_list_newest_first_in_pages()
    {
        string prefix = "a" + Guid.NewGuid().ToString("N")[..8];
        await using LoneLog one = await LoneLog.Start(fixture.Redis, prefix), two = await LoneLog.Start(fixture.Redis, prefix);
        RedisAuditStream first = new(one.Connection), second = new(two.Connection);
        Assert.Empty(await first.List(null, 10, default));
        DateTimeOffset at = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_123);
        AuditEntry whole = new() { At = at, Actor = "key ops", Action = "revoke", Target = "session main/\u00e9 a", Outcome = "refused", Address = "::1", Detail = "x" };

        await first.Add([whole, new() { At = at, Actor = "anonymous", Action = "GET /v1" }], default);
        await second.Add([whole with { Actor = "key dev" }], default);

        IReadOnlyList<AuditEntry> all = await first.List(null, 10, default);
        Assert.Equal(["key dev", "anonymous", "key ops"], all.Select(entry => entry.Actor));
        Assert.Equal(whole, all[2] with { Sequence = 0 });
        Assert.Equal(all.Skip(1).Take(1), await second.List(all[0].Sequence, 1, default));
        Assert.Empty(await second.List(all[2].Sequence, 5, default));
    }
}
