using Gateway.Configuration;
using Gateway.Hosting;
using Gateway.Store.Redis;
using Gateway.Store.Sqlite;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Gateway.Store;

internal static class StoreExtensions
{
    public static WebApplicationBuilder AddStore(this WebApplicationBuilder builder, StoreOptions store, TimeSpan lease)
    {
        builder.Services
            .AddStores(store, lease, claim: store.Kind == StoreKind.Sqlite)
            .AddKeysBesideTheStore()
            .AddSingleton<StoreMetrics>()
            .AddSingleton<LocalFile>()
            .AddLoop<RefusalTally>()
            .AddLoop<AuditWriter>()
            .AddLoop<StoreUpkeep>();
        if (store.Kind == StoreKind.Redis) builder.Services.AddRedisLoops(store);
        return builder;
    }

    /// <summary>Tells what is kept, for the gateway and for the commands that stand beside it. Nothing is started.</summary>
    /// <param name="lease">Of a node of the cluster.</param>
    /// <param name="claim">False opens the store file beside whoever else has it.</param>
    public static IServiceCollection AddStores(this IServiceCollection services, StoreOptions store, TimeSpan lease, bool claim)
    {
        services
            .AddSingleton(provider => new SqliteDatabase(
                FileOf(store, provider.GetRequiredService<ConfigurationFolder>()), claim,
                provider.GetRequiredService<ILogger<SqliteDatabase>>()))
            .AddSingleton<PairTable>()
            .AddSingleton<VersionedTable>()
            .AddSingleton(store.Audit)
            .AddSingleton<AuditTable>()
            .AddSingleton<AuditLog>();
        return store.Kind == StoreKind.Redis ? services.AddRedis(store, lease) : services.AddSqlite();
    }

    /// <summary>Checks and opens the store file now, before anything else starts.</summary>
    /// <exception cref="StoreFileException">It cannot be used; the message names the file and the cure.</exception>
    public static void OpenStore(this WebApplication app) => app.Services.GetRequiredService<SqliteDatabase>();

    // The keys with which YARP encrypts affinity cookies: with the store file they outlive a container, and need no home folder.
    private static IServiceCollection AddKeysBesideTheStore(this IServiceCollection services)
    {
        services.AddDataProtection().SetApplicationName("Gateway");
        services.AddOptions<KeyManagementOptions>()
            .Configure<StoreOptions, ConfigurationFolder, ILoggerFactory>((keys, store, folder, logging)
            => keys.XmlRepository = new FileSystemXmlRepository(new DirectoryInfo(FileOf(store, folder) + ".keys"), logging));
        return services;
    }

    // The log itself, or this node's replica of the cluster's.
    private static string FileOf(StoreOptions store, ConfigurationFolder folder)
        => folder.Resolve(store.Kind == StoreKind.Sqlite ? store.Path : store.LocalCopy);
}
