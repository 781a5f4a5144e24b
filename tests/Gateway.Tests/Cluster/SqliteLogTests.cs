using Gateway.Cluster;
using Gateway.Cluster.Sqlite;
using Gateway.Revocation;
using Gateway.Store.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Cluster;

public sealed class SqliteLogTests : RevocationLogContract, IDisposable
{
    private readonly TempFolder _folder = new();
    private SqliteDatabase? _database;

    private SqliteDatabase Open() => _database = new(_folder["gateway.db"], claim: true, NullLogger<SqliteDatabase>.Instance);

    private protected override ValueTask<IRevocationLog> NewLogAsync()
        => ValueTask.FromResult<IRevocationLog>(new SqliteLog(Open(), new Node(), TimeProvider.System));

    [Fact]
    public async Task It_is_there_after_a_restart_with_its_epoch_and_numbers()
    {
        IRevocationLog log = await NewLogAsync();
        Appended before = await log.AppendAsync(Revocation(), default);
        _database!.Dispose();
        log = await NewLogAsync();
        Assert.Equal(new(before.Position, before.Fact), Assert.Single(await ReadAllAsync(log)));
        Assert.Equal(before.Position.Number + 1, (await log.AppendAsync(Revocation("s2"), default)).Position.Number);
    }

    [Fact]
    public async Task Numbers_are_not_given_again_after_the_last_facts_are_trimmed()
    {
        IRevocationLog log = await NewLogAsync();
        DateTimeOffset now = DateTimeOffset.UtcNow;
        Appended gone = await log.AppendAsync(Revocation() with { Expires = now.AddSeconds(1) }, default);
        Assert.Equal(0, await new FactTable(_database!).TrimAsync(now.AddSeconds(1), default));
        Assert.Equal(1, await new FactTable(_database!).TrimAsync(now.AddSeconds(2), default));
        LogPage page = await log.ReadFromAsync(LogPosition.Start, 10, default);
        Assert.Empty(page.Entries);
        Assert.Equal(gone.Position, page.Next);
        Assert.Equal(gone.Position, await log.HeadAsync(default));
        Assert.Equal(gone.Position.Number + 1, (await log.AppendAsync(Revocation("s2"), default)).Position.Number);
    }

    [Fact]
    public async Task An_entry_of_a_newer_version_stops_the_reader_there()
    {
        IRevocationLog log = await NewLogAsync();
        Appended[] appended = [await log.AppendAsync(Revocation("1"), default), await log.AppendAsync(Revocation("2"), default),
            await log.AppendAsync(Revocation("3"), default)];
        await _database!.WriteAsync(session =>
            session.Run("UPDATE facts SET body = $1 WHERE seq = $2", """{"v":9}"""u8.ToArray(), appended[1].Position.Number), default);
        LogPage page = await log.ReadFromAsync(LogPosition.Start, 10, default);
        Assert.Equal(appended[0].Fact, Assert.Single(page.Entries).Fact);
        Assert.False(page.End);
        await Assert.ThrowsAsync<UnknownFactException>(() => log.ReadFromAsync(page.Next, 10, default));
    }

    [Fact]
    public async Task A_writer_that_is_kept_out_says_unavailable_and_recovers()
    {
        IRevocationLog log = await NewLogAsync();
        await log.AppendAsync(Revocation("1"), default);
        using (var other = StoreFile.OpenToWrite(_folder["gateway.db"]))
        {
            SqliteSchema.Execute(other, "BEGIN IMMEDIATE");
            Fact.Revocation refused = Revocation("2");
            StoreUnavailableException error = await Assert.ThrowsAsync<StoreUnavailableException>(() => log.AppendAsync(refused, default));
            Assert.Contains("gateway.db", error.Message);
            SqliteSchema.Execute(other, "ROLLBACK");
        }
        Assert.Single(await ReadAllAsync(log));
        await log.AppendAsync(Revocation("3"), default);
        Assert.Equal(2, (await ReadAllAsync(log)).Count);
    }

    [Fact]
    public async Task A_full_file_says_unavailable_changes_nothing_and_recovers()
    {
        IRevocationLog log = await NewLogAsync();
        await log.AppendAsync(Revocation("0"), default);
        long pages = await _database!.WriteAsync(session => (long)session.Value("PRAGMA page_count")!, default);
        await _database.WriteAsync(session => session.Value($"PRAGMA max_page_count = {pages}"), default);
        int taken = 1;
        StoreUnavailableException? full = null;
        for (int i = 0; i < 1000 && full is null; i++)
        {
            try { await log.AppendAsync(Revocation(new string('x', 1000) + i), default); taken++; }
            catch (StoreUnavailableException error) { full = error; }
        }
        Assert.Contains("full", full!.Message);
        Assert.Equal(taken, (await ReadAllAsync(log)).Count);
        // The connection that failed is gone, and its bound with it: as when the disk has room again.
        await log.AppendAsync(Revocation("after"), default);
        Assert.Equal(taken + 1, (await ReadAllAsync(log)).Count);
    }

    [Fact]
    public async Task A_disk_that_hangs_is_unavailable_in_time_and_what_it_takes_later_is_found_by_the_repeat()
    {
        ManualTime time = new();
        SqliteLog log = new(Open(), new Node(), time);
        using ManualResetEventSlim goOn = new();
        Task hanging = _database!.WriteUrgentlyAsync(_ => { goOn.Wait(); return 0; }, default);
        Fact.Revocation fact = Revocation();
        Task<Appended> append = log.AppendAsync(fact, default);
        time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(fact.Id, (await Assert.ThrowsAsync<UnknownOutcomeException>(() => append)).Fact);
        goOn.Set();
        await hanging;
        Assert.Equal(fact, (await log.AppendAsync(fact, default)).Fact);
        Assert.Single(await ReadAllAsync(log));
    }

    public void Dispose()
    {
        _database?.Dispose();
        _folder.Dispose();
    }
}
