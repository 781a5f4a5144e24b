using Gateway.Sessions;
using Gateway.Store.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Sessions;

public sealed class SqliteSessionStoreTests : SessionStoreContract, IDisposable
{
    private readonly TempFolder _folder = new();
    private SqliteDatabase? _database;

    private protected override ValueTask<ISessionStore> NewStoreAsync(SessionsOptions options)
    {
        _database = new(_folder["gateway.db"], claim: true, NullLogger<SqliteDatabase>.Instance);
        return ValueTask.FromResult<ISessionStore>(new SqliteSessionStore(_database, options));
    }

    public void Dispose()
    {
        _database?.Dispose();
        _folder.Dispose();
    }
}
