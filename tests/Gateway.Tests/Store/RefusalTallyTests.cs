using Gateway.Store;
using Gateway.Store.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Store;

public sealed class RefusalTallyTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly SqliteDatabase _database;
    private readonly ManualTime _time = new();
    private readonly AuditLog _audit;
    private readonly RefusalTally _tally;

    public RefusalTallyTests()
    {
        _database = new(_folder["gateway.db"], claim: true, NullLogger<SqliteDatabase>.Instance);
        _audit = new(new AuditTable(_database), _time, NullLogger<AuditLog>.Instance);
        _tally = new(_audit, _time);
    }

    [Fact]
    public async Task A_flood_of_one_address_is_two_entries_a_minute()
    {
        for (int minute = 0; minute < 3; minute++)
        {
            for (int i = 0; i < 1000; i++) _tally.Refused(new("anonymous", "192.0.2.1"), "GET /v1/audit");
            _time.Advance(TimeSpan.FromSeconds(61));
        }
        _tally.Refused(new("anonymous", "192.0.2.2"), "GET /v1/nodes");
        IReadOnlyList<AuditEntry> all = await _audit.ListAsync(null, 100, default);
        Assert.Equal(7, all.Count);
        Assert.Equal(("GET /v1/nodes", "192.0.2.2", "refused"), (all[0].Action, all[0].Address, all[0].Outcome));
        Assert.Equal(("192.0.2.1", "999 more within a minute"), (all[1].Address, all[1].Detail));
    }

    [Fact]
    public async Task A_flood_from_everywhere_is_counted_together()
    {
        for (int i = 0; i < 5000; i++) _tally.Refused(new("anonymous", $"2001:db8::{i:x}"), "GET /v1/audit");
        _time.Advance(TimeSpan.FromSeconds(61));
        _tally.Refused(new("anonymous", "192.0.2.1"), "GET /v1/audit");
        IReadOnlyList<AuditEntry> all = await _audit.ListAsync(null, 10_000, default);
        Assert.Equal(RefusalTally.MostAddresses + 2, all.Count);
        Assert.Contains(all, entry => entry is { Address: "other addresses", Detail: "4800 more within a minute" });
    }

    [Fact]
    public async Task What_is_too_much_or_too_old_goes_and_the_chain_goes_on()
    {
        AuditTable table = new(_database, new() { Most = 10, KeepFor = TimeSpan.FromDays(30) });
        DateTimeOffset now = _time.GetUtcNow();
        await table.AddAsync(
            [.. Enumerable.Range(0, 25).Select(i => new AuditEntry { At = now, Actor = $"{i}", Action = "revoke" })], default);
        while (await table.TrimAsync(now, default) > 0) { }
        Assert.Equal(10, (await table.ListAsync(null, 100, default)).Count);
        while (await table.TrimAsync(now.AddDays(31), default) > 0) { }
        Assert.Single(await table.ListAsync(null, 100, default));
        await table.AddAsync([new AuditEntry { At = now.AddDays(31), Actor = "x", Action = "revoke" }], default);
        AuditProof proof = new();
        foreach (AuditEntry entry in (await table.ListAsync(null, 100, default)).Reverse()) proof.Add(entry);
        Assert.Equal((2, null, 26L), (proof.Entries, proof.Broken, proof.Newest));
    }

    public void Dispose()
    {
        _tally.Dispose();
        _database.Dispose();
        _folder.Dispose();
    }
}
