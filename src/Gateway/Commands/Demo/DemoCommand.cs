using System.CommandLine;
using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Gateway.Commands.Demo;

/// <summary><c>demo</c>: an identity provider, an application and the gateway in one process, and the main job shown.</summary>
internal static class DemoCommand
{
    /// <summary>The second factor of the demo's administrator.</summary>
    public const string AdminPassword = "correct-horse";

    public static Command Create()
    {
        Option<bool> once = new("--once")
            { Description = "End after the steps, with exit code 0, or 1 if one did not come out as it should." };
        Option<int?> gateway = Port("--port", "the gateway", DemoPorts.DefaultGateway);
        Option<int?> http2 = Port("--http2-port", "the gateway's HTTP/2 in clear text, for gRPC", DemoPorts.DefaultHttp2);
        Option<int?> management = Port("--management-port", "the gateway's management API", DemoPorts.DefaultManagement);
        Option<int?> provider = Port("--provider-port", "the identity provider", DemoPorts.DefaultProvider);
        Option<int?> application = Port("--application-port", "the application", DemoPorts.DefaultApplication);
        Command command = new("demo", "Show the main job: everything needed starts in this process, on loopback.")
            { once, gateway, http2, management, provider, application };
        command.Add(DemoBackendCommand.Create());
        command.SetAction((parsed, cancellation) => RunAsync(
            new DemoPorts(
                DemoPorts.Choose(parsed.GetValue(gateway), DemoPorts.DefaultGateway),
                DemoPorts.Choose(parsed.GetValue(http2), DemoPorts.DefaultHttp2),
                DemoPorts.Choose(parsed.GetValue(management), DemoPorts.DefaultManagement),
                DemoPorts.Choose(parsed.GetValue(provider), DemoPorts.DefaultProvider),
                DemoPorts.Choose(parsed.GetValue(application), DemoPorts.DefaultApplication)),
            parsed.GetValue(once), DemoScreen.ForConsole(parsed.InvocationConfiguration.Output), cancellation));
        return command;
    }

    private static Option<int?> Port(string name, string whose, int wellKnown)
    {
        Option<int?> port = new(name) { Description = $"Port of {whose}; default {wellKnown}, or a free one when that is taken.",
            HelpName = "PORT" };
        port.MustBeAPort();
        return port;
    }

    private static async Task<int> RunAsync(DemoPorts ports, bool once, DemoScreen screen, CancellationToken cancellation)
    {
        TimeProvider time = TimeProvider.System;
        DirectoryInfo folder = Directory.CreateTempSubdirectory("gateway-demo-");
        try
        {
            await using DemoProvider provider = new(IPAddress.Loopback, ports.Provider, ports.ProviderUrl, time);
            await using DemoApplication application = new(IPAddress.Loopback, ports.Application, ports.ProviderUrl, ports.GatewayUrl, time);
            await using DemoGateway gateway = new(folder.FullName, ports);
            using DemoWalk walk = new(gateway, provider, ports, screen, time);

            screen.Title("Gateway demo: everything below runs in this process, on loopback, and ends with it.");
            await provider.StartAsync();
            await application.StartAsync();
            await gateway.StartAsync(cancellation);
            screen.Fact("gateway", ports.GatewayUrl);
            screen.Fact("management API", $"{ports.ManagementUrl}  key {DemoGateway.ManagementKey}");
            screen.Fact("identity provider", ports.ProviderUrl);
            screen.Fact("application", ports.ApplicationUrl);
            screen.Fact("configuration", gateway.ConfigurationFile);
            screen.Fact("revocation log", gateway.LogFile);
            if (!ports.AreDefaults) screen.Fact("note", "not all of these are the usual ports; the manual's calls need the ones above");
            screen.Line();

            bool good = await walk.RunAsync(cancellation);
            screen.Line();
            if (once) return good ? 0 : 1;

            await walk.EnrollAdminAsync(AdminPassword, cancellation);
            screen.Line();
            DemoHints.Print(screen, ports, AdminPassword);
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellation);
            return 0;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return 0;
        }
        catch (IOException taken) when (taken.InnerException is AddressInUseException)
        {
            screen.Line(taken.Message + " Name another, or leave the option out and a free one is taken.");
            return 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
