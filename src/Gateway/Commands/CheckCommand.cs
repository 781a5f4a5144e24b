using System.CommandLine;
using Gateway.Configuration;
using Gateway.Enforcement;
using Gateway.Http;
using Gateway.Management;
using Gateway.Realms;
using Gateway.Store;

namespace Gateway.Commands;

/// <summary><c>check</c>: validates a configuration without starting anything; with <c>--online</c> it also asks what the
/// configuration names whether it can be reached.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        Option<string> config = GatewayCommand.ConfigOption();
        Option<bool> online = new("--online")
            {
                Description =
                    "Also ask identity providers, the clusters' destinations, Redis and the mail server whether they can be reached." };
        Option<bool> explain = new("--explain") { Description = "Also print each realm as it is with what its preset fills in." };
        Option<FileInfo?> token = new("--token")
            { Description = "With --online: a file with a token; what the realms make of it, and what a logout of it would end." };
        Command command = new("check", "Check a configuration: every error with its path and the cure, and exit code 1.")
            { config, online, explain, token };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction((parsed, cancellation) => CommandFailures.ToldAsync(
            () => CheckAsync(parsed.GetRequiredValue(config), parsed.GetValue(online), parsed.GetValue(explain),
                parsed.GetValue(token), [.. parsed.UnmatchedTokens], parsed.InvocationConfiguration, cancellation),
            parsed.InvocationConfiguration.Error));
        return command;
    }

    private static async Task<int> CheckAsync(string file, bool online, bool explain, FileInfo? token, string[] settings,
        InvocationConfiguration console, CancellationToken cancellation)
    {
        if (token is not null && !online)
        {
            await console.Error.WriteLineAsync("--token goes with --online: the provider's keys are needed to verify it.");
            return 1;
        }
        if (CommandLineSettings.Complaint(settings) is { } complaint)
        {
            await console.Error.WriteLineAsync(complaint);
            return 1;
        }
        WebApplicationBuilder builder = ConfigurationSources.CreateBuilder(settings, file);
        builder.Logging.ClearProviders();
        GatewayOptions options = GatewayOptions.AddTo(builder);
        builder.AddListeners(options.Management.Url).AddStore(options.Store, options.Cluster.Lease)
            .AddRealms(options.Enforcement.TokenCache);
        builder.Services.AddProxy(builder.Configuration, options.Cors);
        // Nothing of it is started, and the store stays closed: a gateway may be running on it.
        await using WebApplication app = builder.Build();
        ConfigurationSummary summary = ActivatorUtilities.CreateInstance<ConfigurationSummary>(app.Services);
        await console.Output.WriteLineAsync($"{file} is good.");
        await console.Output.WriteLineAsync(summary.Write(Listeners.Configured(app.Configuration), summary.Warnings()));
        if (explain)
            foreach ((string name, RealmOptions realm) in options.Realms)
                await console.Output.WriteLineAsync($"  realm {name}\n{RealmExplanation.Write(realm)}");
        if (!online) return 0;

        List<string> silent = [];
        await foreach ((string what, string? trouble) in new OnlineCheck(options, app.Services).AskAsync(cancellation))
        {
            if (trouble is not null) silent.Add(what);
            await console.Output.WriteLineAsync(
                $"  {(trouble is null ? "reached" : "FAILED"),-14} {what}{(trouble is null ? "" : ": " + trouble)}");
        }
        if (token is not null)
            await foreach (string line in TokenCheckLines.OfAsync(token, options, app.Services, cancellation))
                await console.Output.WriteLineAsync("  " + line);
        if (silent.Count == 0) return 0;
        await console.Error.WriteLineAsync(
            $"Not everything that the configuration names can be reached. Without a good answer: {string.Join("; ", silent)}.");
        return 1;
    }
}
