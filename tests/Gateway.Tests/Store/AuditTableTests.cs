using Gateway.Store;
using Gateway.Store.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Store;

public sealed class AuditTableTests : AuditStoreContract, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly SqliteDatabase _database;

    public AuditTableTests() => _database = new(_folder["gateway.db"], claim: true, NullLogger<SqliteDatabase>.Instance);

    private protected override ValueTask<IAuditStore> NodeAsync() => ValueTask.FromResult<IAuditStore>(new AuditTable(_database));

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
    }
}
