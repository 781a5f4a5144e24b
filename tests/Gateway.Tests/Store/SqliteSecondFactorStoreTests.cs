using Gateway.Store;
using Gateway.Store.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Store;

public sealed class SqliteSecondFactorStoreTests : SecondFactorStoreContract, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<SqliteDatabase> _databases = [];

    private protected override ValueTask<ISecondFactorStore> NodeAsync()
    {
        SqliteDatabase database = new(_folder["gateway.db"], claim: false, NullLogger<SqliteDatabase>.Instance);
        _databases.Add(database);
        return ValueTask.FromResult<ISecondFactorStore>(new SqliteSecondFactorStore(database, Time));
    }

    [Fact]
    public async Task What_is_over_does_not_pile_up()
    {
        ISecondFactorStore store = await NodeAsync();
        for (int i = 0; i < 50; i++)
        {
            await store.ReplaceAsync("short" + i, null, "1", Time.GetUtcNow().AddMinutes(1), default);
            await store.TakeAsync("bucket" + i, "t", 5, TimeSpan.FromMinutes(1), default);
        }
        Time.Advance(TimeSpan.FromMinutes(2));
        await store.ReplaceAsync("last", null, "1", Time.GetUtcNow().AddMinutes(1), default);
        await store.TakeAsync("last", "t", 5, TimeSpan.FromMinutes(1), default);
        Assert.Equal(1L, _databases[0].Read(session => session.Value("SELECT count(*) FROM second_factors")));
        Assert.Equal(1L, _databases[0].Read(session => session.Value("SELECT count(*) FROM second_factor_tickets")));
    }

    public void Dispose()
    {
        foreach (SqliteDatabase database in _databases) database.Dispose();
        _folder.Dispose();
    }
}
