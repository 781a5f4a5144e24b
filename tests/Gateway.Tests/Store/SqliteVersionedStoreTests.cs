using Gateway.Store;
using Gateway.Store.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Store;

public sealed class SqliteVersionedStoreTests : VersionedStoreContract, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<SqliteDatabase> _databases = [];

    private SqliteDatabase Open()
    {
        SqliteDatabase database = new(_folder["gateway.db"], claim: false, NullLogger<SqliteDatabase>.Instance);
        _databases.Add(database);
        return database;
    }

    private protected override ValueTask<IVersionedStore> NodeAsync()
        => ValueTask.FromResult<IVersionedStore>(new SqliteVersionedStore(new(Open()), Time));

    [Fact]
    public async Task A_clock_that_goes_back_does_not_take_versions_back()
    {
        IVersionedStore store = await NodeAsync();
        await SetAsync(store, "a", "1");
        long before = (await store.ReadAsync(Factors, "a", default)).Version;
        Time.JumpTo(Time.GetUtcNow().AddYears(-1));
        await SetAsync(store, "a", "2");
        Assert.Equal(before + 1, (await store.ReadAsync(Factors, "a", default)).Version);
    }

    [Theory]
    [InlineData(5, "five", "five")]
    [InlineData(3, "three", "stands")]
    [InlineData(4, "four", "stands")]
    [InlineData(5, null, null)]
    public async Task Of_two_that_cannot_both_be_the_later_one_counts(long version, string? value, string? stands)
    {
        VersionedTable table = new(Open());
        await table.MergeAsync(Factors, [new("a", new(4, "stands"))], null, default);
        await table.MergeAsync(Factors, [new("a", new(version, value))], null, default);
        Assert.Equal(stands, table.Read(Factors, "a").Value);
    }

    [Fact]
    public async Task What_is_removed_for_good_counts_whenever_it_was()
    {
        VersionedTable table = new(Open());
        await table.MergeAsync(Keys, [new("a", new(4, "hash")), new("b", new(2, null))], null, default);
        await table.MergeAsync(Keys, [new("a", new(2, null)), new("b", new(4, "hash")), new("c", VersionedValue.None)], null, default);
        Assert.Empty(table.List(Keys, ""));
        Assert.Equal(["a", "b"], table.Page(Keys, null, 10).Select(entry => entry.Key));
    }

    [Fact]
    public async Task Pages_have_everything_once()
    {
        VersionedTable table = new(Open());
        KeyValuePair<string, VersionedValue>[] all = [.. Enumerable.Range(0, 25).Select(
            i => KeyValuePair.Create($"k{i:00}", new VersionedValue(i + 1, i % 3 == 0 ? null : "v" + i)))];
        await table.MergeAsync(Factors, all, new("epoch", 25), default);
        List<KeyValuePair<string, VersionedValue>> read = [];
        while (table.Page(Factors, read is [] ? null : read[^1].Key, 10) is { Count: > 0 } page) read.AddRange(page);
        Assert.Equal(all, read);
        Assert.Equal(new("epoch", 25), table.Progress(Factors));
        Assert.Equal(ReplicaProgress.None, table.Progress(Keys));
    }

    public void Dispose()
    {
        foreach (SqliteDatabase database in _databases) database.Dispose();
        _folder.Dispose();
    }
}
