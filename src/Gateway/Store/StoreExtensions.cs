using Gateway.Configuration;
using Gateway.Store.Sqlite;

namespace Gateway.Store;

internal static class StoreExtensions
{
    public static WebApplicationBuilder AddStore(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(services =>
        {
            StoreOptions options = services.GetRequiredService<StoreOptions>();
            bool embedded = options.Kind == StoreKind.Sqlite;
            string path = services.GetRequiredService<ConfigurationFolder>().Resolve(embedded ? options.Path : options.LocalCopy);
            return new SqliteDatabase(path, claim: embedded, services.GetRequiredService<ILogger<SqliteDatabase>>());
        });
        builder.Services
            .AddSingleton<FactTable>()
            .AddSingleton<PairTable>()
            .AddSingleton<SqliteRevocationLog>()
            .AddSingleton<IRevocationLog>(services => services.GetRequiredService<SqliteRevocationLog>());
        return builder;
    }
}
