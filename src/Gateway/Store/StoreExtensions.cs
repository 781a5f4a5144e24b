using Gateway.Configuration;
using Gateway.Hosting;
using Gateway.Revocation;
using Gateway.Sessions;
using Gateway.Store.Redis;
using Gateway.Store.Sqlite;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Gateway.Store;

internal static class StoreExtensions
{
    public static WebApplicationBuilder AddStore(this WebApplicationBuilder builder, StoreOptions store)
    {
        builder.Services.AddSingleton(services =>
        {
            StoreOptions options = services.GetRequiredService<StoreOptions>();
            return new SqliteDatabase(
                FileOf(options, services.GetRequiredService<ConfigurationFolder>()),
                claim: options.Kind == StoreKind.Sqlite, services.GetRequiredService<ILogger<SqliteDatabase>>());
        });
        builder.Services
            .AddSingleton<StoreMetrics>()
            .AddSingleton<FactTable>()
            .AddSingleton<PairTable>()
            .AddAudit()
            .AddKeysBesideTheStore()
            .AddSharedValues(store)
            .AddLoop<AuditWriter>()
            .AddLoop<StoreUpkeep>();
        if (store.Kind == StoreKind.Redis) builder.Services.AddRedis();
        else builder.Services.AddSingleton<IRevocationLog, SqliteRevocationLog>().AddSingleton<ISessionStore, SqliteSessionStore>();
        return builder;
    }

    /// <summary>The audit, for the gateway and for the commands that stand beside it.</summary>
    public static IServiceCollection AddAudit(this IServiceCollection services) => services
        .AddSingleton<AuditTable>()
        .AddSingleton<IAuditStore>(provider => provider.GetRequiredService<StoreOptions>().Kind == StoreKind.Redis
            ? ActivatorUtilities.CreateInstance<RedisAuditStream>(provider)
            : provider.GetRequiredService<AuditTable>())
        .AddSingleton<AuditLog>();

    /// <summary>The keys with which YARP encrypts affinity cookies lie beside the store file: with it they outlive a container, and need
    /// no home folder.</summary>
    private static IServiceCollection AddKeysBesideTheStore(this IServiceCollection services)
    {
        services.AddDataProtection().SetApplicationName("Gateway");
        services.AddOptions<KeyManagementOptions>().Configure<StoreOptions, ConfigurationFolder, ILoggerFactory>((keys, store, folder, logging)
            => keys.XmlRepository = new FileSystemXmlRepository(new DirectoryInfo(FileOf(store, folder) + ".keys"), logging));
        return services;
    }

    /// <summary>Second factors and management keys, for the gateway and for the commands that stand beside it.</summary>
    public static IServiceCollection AddSharedValues(this IServiceCollection services, StoreOptions store)
    {
        services.AddSingleton<VersionedTable>();
        return store.Kind == StoreKind.Redis
            ? services.AddSingleton<ISecondFactorStore, RedisSecondFactorStore>().AddSingleton<IVersionedStore, RedisVersionedStore>()
            : services.AddSingleton<ISecondFactorStore, SqliteSecondFactorStore>().AddSingleton<IVersionedStore, SqliteVersionedStore>();
    }

    /// <summary>The store file of this node: the log itself, or its local replica of the cluster's. A command that runs beside the
    /// gateway opens it without a claim.</summary>
    public static string FileOf(StoreOptions options, ConfigurationFolder folder)
        => folder.Resolve(options.Kind == StoreKind.Sqlite ? options.Path : options.LocalCopy);

    /// <summary>The file with the key to what is secret in the store, where none is named: beside the store file of one machine. A
    /// cluster has none that its nodes share.</summary>
    public static string? KeyFileOf(StoreOptions options, ConfigurationFolder folder)
        => options.Kind == StoreKind.Sqlite ? FileOf(options, folder) + ".key" : null;

    /// <summary>Checks and opens the store file now, before anything else starts.</summary>
    /// <exception cref="StoreFileException">It cannot be used; the message names the file and the cure.</exception>
    public static void OpenStore(this WebApplication app) => app.Services.GetRequiredService<SqliteDatabase>();
}
