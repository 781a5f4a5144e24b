using System.CommandLine;
using Gateway.Configuration;
using Gateway.Management;
using Gateway.Store;

namespace Gateway.Commands;

/// <summary><c>key create|list|remove</c>: management keys in the store. A running gateway, and every node of its cluster,
/// takes notice at the next call.</summary>
internal static class KeyCommand
{
    private const int LongestName = 100;

    public static Command Create()
        => new("key", "Management keys; a running gateway takes notice at once.") { CreateKey(), List(), Remove() };

    private static Command CreateKey()
    {
        Argument<string> name = new("NAME") { Description = "Who will use it; the audit tells callers apart by it." };
        return Does(new("create", "Make a key, show it once, and store its hash.") { name }, async (parsed, keys, audit, cancellation) =>
        {
            string wanted = parsed.GetRequiredValue(name);
            if (string.IsNullOrWhiteSpace(wanted) || wanted.Length > LongestName || wanted.Any(char.IsControl))
                return (null, $"A key's name has 1 to {LongestName} printable characters.");
            if (await keys.CreateAsync(wanted, cancellation) is not { } key)
                return (null, $"The name '{wanted}' is or was that of another key. Choose another one.");
            audit.Record(Actor.CommandLine, "key create", wanted);
            // The key alone goes to the output, so that it can be piped; what is about it goes beside it.
            return (key, $"The key '{wanted}' is shown only this once; its hash is stored. Use it as 'Authorization: Bearer KEY'.");
        });
    }

    private static Command List() => Does(new("list", "Names of the keys in the store."), async (_, keys, _, cancellation)
        => (string.Join(Environment.NewLine, await keys.NamesAsync(cancellation)), null));

    private static Command Remove()
    {
        Argument<string> name = new("NAME");
        return Does(new("remove", "Remove a key from the store; it is good no more.") { name }, async (parsed, keys, audit, cancellation) =>
        {
            string wanted = parsed.GetRequiredValue(name);
            if (!await keys.RemoveAsync(wanted, cancellation))
                return (null, $"The store holds no key '{wanted}'. Keys of the configuration are removed there.");
            audit.Record(Actor.CommandLine, "key remove", wanted);
            return ($"The key '{wanted}' is good no more.", null);
        });
    }

    /// <param name="act">Gives what goes to the output, null for a failure, and what goes beside it.</param>
    private static Command Does(Command command,
        Func<ParseResult, ManagementKeys, AuditLog, CancellationToken, Task<(string? Output, string? Beside)>> act)
    {
        Option<string> config = GatewayCommand.ConfigOption();
        command.Add(config);
        command.SetAction((parsed, cancellation) => CommandFailures.ToldAsync(async () =>
        {
            await using WebApplication app = Open(parsed.GetRequiredValue(config));
            await StorePatience.AwaitAsync(app.Services, cancellation);
            AuditLog audit = app.Services.GetRequiredService<AuditLog>();
            (string? output, string? beside) = await act(parsed, app.Services.GetRequiredService<ManagementKeys>(), audit, cancellation);
            await audit.FlushAsync(cancellation);
            if (output is not null) await parsed.InvocationConfiguration.Output.WriteLineAsync(output);
            if (beside is not null) await parsed.InvocationConfiguration.Error.WriteLineAsync(beside);
            return output is null ? 1 : 0;
        }, parsed.InvocationConfiguration.Error));
        return command;
    }

    // The store without a gateway around it, beside whoever else has it open.
    private static WebApplication Open(string configurationFile)
    {
        WebApplicationBuilder builder = ConfigurationSources.CreateBuilder([], configurationFile);
        builder.Logging.ClearProviders();
        GatewayOptions options = GatewayOptions.AddTo(builder);
        builder.Services.AddStores(options.Store, options.Cluster.Lease, claim: false).AddSingleton<ManagementKeys>();
        return builder.Build();
    }
}
