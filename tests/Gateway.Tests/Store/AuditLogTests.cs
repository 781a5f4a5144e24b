using Gateway.Store;
using Gateway.Store.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Store;

public sealed class AuditLogTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ManualTime _time = new();
    private SqliteDatabase? _database;

    private AuditLog Open()
    {
        _database?.Dispose();
        _database = new(_folder["gateway.db"], claim: true, NullLogger<SqliteDatabase>.Instance);
        return new(new AuditTable(_database), _time, NullLogger<AuditLog>.Instance);
    }

    [Fact]
    public async Task What_is_recorded_is_listed_newest_first_in_pages_also_after_a_restart()
    {
        AuditLog audit = Open();
        for (int i = 0; i < 1200; i++)
            audit.Record(new() { Actor = "ops", Action = "revoke", Target = "session main/" + i,
                Outcome = i % 2 == 0 ? "done" : "refused" });
        IReadOnlyList<AuditEntry> first = await audit.ListAsync(null, 3, default);
        Assert.Equal(["session main/1199", "session main/1198", "session main/1197"], first.Select(entry => entry.Target!));
        Assert.Equal(_time.GetUtcNow(), first[0].At);
        audit = Open();
        Assert.Equal(["session main/1196"], (await audit.ListAsync(first[^1].Sequence, 1, default)).Select(entry => entry.Target!));
        Assert.Equal(1200, (await audit.ListAsync(null, 5000, default)).Count);
    }

    [Fact]
    public async Task Recording_never_waits_and_what_the_store_cannot_take_waits_with_a_bound()
    {
        AuditLog audit = Open();
        using (var other = StoreFile.OpenToWrite(_folder["gateway.db"]))
        {
            SqliteSchema.Execute(other, "BEGIN IMMEDIATE");
            for (int i = 0; i < 20_000; i++) audit.Record(new() { Actor = "ops", Action = new string('x', 5000), Detail = i.ToString() });
            Assert.Empty(await audit.ListAsync(null, 10, default));
            SqliteSchema.Execute(other, "ROLLBACK");
        }
        Assert.Equal(10_000, (await audit.ListAsync(null, 50_000, default)).Count);
    }

    [Fact]
    public async Task A_stop_that_has_no_time_left_is_clean()
    {
        AuditLog audit = Open();
        audit.Record(new() { Actor = "ops", Action = "revoke" });
        using AuditWriter writer = new(audit, _time);
        await writer.StartAsync(default);
        await writer.StopAsync(new CancellationToken(canceled: true));
    }

    public void Dispose()
    {
        _database?.Dispose();
        _folder.Dispose();
    }
}
