using Gateway.Cluster;
using Gateway.Revocation;
using Gateway.Store;
using Gateway.Store.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Cluster;

public sealed class LocalReplicaTests : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly SqliteDatabase _database;
    private readonly FactTable _table;
    private readonly LocalReplica _replica;

    public LocalReplicaTests()
    {
        _database = new(_folder["gateway.db"], claim: false, NullLogger<SqliteDatabase>.Instance);
        _table = new(_database);
        _replica = new(_table, new PairTable(_database), TimeProvider.System, NullLogger<LocalReplica>.Instance)
        {
            Time = TimeProvider.System, MostWaiting = 100_000,
        };
    }

    [Fact]
    public async Task R14_what_waits_for_the_disk_is_bounded_by_waiting_and_nothing_is_forgotten()
    {
        List<Guid> given = [];
        ValueTask last = ValueTask.CompletedTask;
        while (last.IsCompleted)
        {
            List<LogEntry> entries = [.. Enumerable.Range(given.Count + 1, 1000).Select(Entry)];
            given.AddRange(entries.Select(entry => entry.Fact.Id));
            last = _replica.AddAsync(new LogPage(entries, entries[^1].Position, End: false), default);
            Assert.InRange(given.Count, 0, 200_000);
        }
        // Nothing is on the disk yet; all of it could be appended again.
        Assert.Equal(given, _replica.Pending().Select(fact => fact.Id));
        Assert.Empty(_replica.Everything());

        await _replica.StartAsync(default);
        await last.AsTask().WithinAsync();
        await _replica.WaitForAsync(new("R1", given.Count), default);
        await Eventually.TrueAsync(() => _replica.Pending().Count == 0);
        Assert.Equal(given, _replica.Everything().Select(entry => entry.Fact.Id));
        await _replica.StopAsync(default);
    }

    [Fact]
    public async Task R9_a_replica_of_a_newer_version_is_named_with_the_way_out()
    {
        await _table.ReplicateAsync([Entry(1)], new("R1", 1), default);
        await _database.WriteAsync(session => session.Run("UPDATE facts SET body = $1",
            System.Text.Encoding.UTF8.GetBytes("""{"v":99}""")), default);
        string message = Assert.Throws<UnknownFactException>(() => _replica.Load(new RevocationIndex(TimeSpan.Zero))).Message;
        Assert.Contains(_folder["gateway.db"], message);
        Assert.Contains("version 99", message);
        Assert.Contains("move the file away", message);
    }

    private static LogEntry Entry(int number) => new(new("R1", number), new Fact.Revocation
    {
        Id = Guid.CreateVersion7(), At = DateTimeOffset.UtcNow, Expires = DateTimeOffset.UtcNow.AddDays(1), Actor = "test",
        Target = new Target.Session("main", "s" + number),
    });

    public async ValueTask DisposeAsync()
    {
        await _replica.StopAsync(default);
        _database.Dispose();
        _folder.Dispose();
    }
}
