using System.CommandLine;
using Gateway.Configuration;
using Gateway.Management;
using Gateway.Store;
using Gateway.Store.Redis;
using Gateway.Store.Sqlite;

namespace Gateway.Commands;

/// <summary><c>key create NAME</c>: makes a management key, shows it once and stores its hash; a running gateway knows it at once.</summary>
internal static class KeyCommand
{
    private const int LongestName = 100;

    public static Command Create()
    {
        Argument<string> name = new("NAME") { Description = "Who will use it; the audit tells callers apart by it." };
        Option<string> config = GatewayCommand.ConfigOption();
        Command create = new("create", "Make a key, show it once, and store its hash. A running gateway knows it at once.") { name, config };
        create.SetAction((parsed, cancellation) => CommandFailures.Told(
            () => Create(parsed.GetRequiredValue(name), parsed.GetRequiredValue(config), parsed.InvocationConfiguration, cancellation), parsed.InvocationConfiguration.Error));
        return new("key", "Management keys.") { create };
    }

    private static async Task<int> Create(string name, string configurationFile, InvocationConfiguration console, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Length > LongestName || name.Any(char.IsControl))
        {
            await console.Error.WriteLineAsync($"A key's name has 1 to {LongestName} printable characters.");
            return 1;
        }
        WebApplicationBuilder builder = ConfigurationSources.CreateBuilder([], configurationFile);
        builder.Logging.ClearProviders();
        GatewayOptions options = builder.AddGatewayConfiguration();
        builder.Services
            .AddSingleton(services => new SqliteDatabase(StoreExtensions.FileOf(options.Store, services.GetRequiredService<ConfigurationFolder>()), claim: false, services.GetRequiredService<ILogger<SqliteDatabase>>()))
            .AddSingleton<PairTable>().AddSingleton<AuditTable>().AddSingleton<AuditLog>().AddSingleton<RedisConnection>()
            .AddManagementKeys(options.Store);
        await using WebApplication app = builder.Build();
        if (await app.Services.GetRequiredService<ManagementKeys>().Create(name, cancellation) is not { } key)
        {
            await console.Error.WriteLineAsync($"There is a key named '{name}' already. Choose another name.");
            return 1;
        }
        AuditLog audit = app.Services.GetRequiredService<AuditLog>();
        audit.Record(new() { Actor = "command line", Action = "key create", Target = name });
        await audit.Flush(cancellation);
        // The key alone goes to the output, so that it can be piped; what is about it goes beside it.
        await console.Output.WriteLineAsync(key);
        await console.Error.WriteLineAsync($"The key '{name}' is shown only this once; its hash is stored. Use it as 'Authorization: Bearer KEY'.");
        return 0;
    }
}
