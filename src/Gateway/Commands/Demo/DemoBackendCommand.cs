using System.CommandLine;
using System.Net;

namespace Gateway.Commands.Demo;

/// <summary><c>demo backend</c>: the demo's application and identity provider alone, for a gateway that runs elsewhere:
/// the sample gateway.json and docker-compose.yml point at it.</summary>
internal static class DemoBackendCommand
{
    public static Command Create()
    {
        Option<string> listen = new("--listen")
            { Description = "The address to listen on.", DefaultValueFactory = _ => "127.0.0.1", HelpName = "ADDRESS" };
        Option<int> application = new("--application-port")
            { Description = "Port of the application.", DefaultValueFactory = _ => DemoPorts.DefaultApplication, HelpName = "PORT" };
        Option<int> provider = new("--provider-port")
            { Description = "Port of the identity provider.", DefaultValueFactory = _ => DemoPorts.DefaultProvider, HelpName = "PORT" };
        Option<string?> issuer = new("--issuer")
            { Description = "Where gateways find the identity provider; default its own loopback address.", HelpName = "URL" };
        Option<string> gateway = new("--gateway") { Description = "The gateway, where the application ends sessions.",
            DefaultValueFactory = _ => DemoPorts.Url(DemoPorts.DefaultGateway), HelpName = "URL" };
        listen.MustBeAnAddress();
        application.MustBeAPort();
        provider.MustBeAPort();
        issuer.MustBeAUrl();
        gateway.MustBeAUrl();
        Command command = new("backend", "Run only the demo's application and identity provider, for a gateway that runs elsewhere.")
            { listen, application, provider, issuer, gateway };
        command.SetAction((parsed, cancellation) => RunAsync(
            IPAddress.Parse(parsed.GetRequiredValue(listen)), parsed.GetValue(application), parsed.GetValue(provider),
            parsed.GetValue(issuer) ?? DemoPorts.Url(parsed.GetValue(provider)), parsed.GetRequiredValue(gateway),
            parsed.InvocationConfiguration.Output, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(IPAddress address, int applicationPort, int providerPort, string issuer, string gateway,
        TextWriter output, CancellationToken cancellation)
    {
        TimeProvider time = TimeProvider.System;
        await using DemoProvider provider = new(address, providerPort, issuer, time);
        await using DemoApplication application = new(address, applicationPort, DemoPorts.Url(providerPort), gateway, time);
        await provider.StartAsync();
        await application.StartAsync();
        await output.WriteLineAsync(
            $"application on {address}:{applicationPort}, identity provider on {address}:{providerPort} as {issuer}");
        try { await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellation); }
        catch (OperationCanceledException) { /* asked to stop */ }
        return 0;
    }
}
