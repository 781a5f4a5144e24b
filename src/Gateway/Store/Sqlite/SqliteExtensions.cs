using Gateway.Sessions;

namespace Gateway.Store.Sqlite;

internal static class SqliteExtensions
{
    /// <summary>Gives one machine: sessions, second factors, keys and audit in its store file.</summary>
    public static IServiceCollection AddSqlite(this IServiceCollection services) => services
        .AddSingleton<ISessionStore, SqliteSessionStore>()
        .AddSingleton<ISecondFactorStore, SqliteSecondFactorStore>()
        .AddSingleton<IVersionedStore, SqliteVersionedStore>()
        .AddSingleton<IAuditStore>(provider => provider.GetRequiredService<AuditTable>());
}
