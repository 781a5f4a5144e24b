using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Gateway.Configuration;
using Gateway.Realms;
using Gateway.Store;

namespace Gateway.Commands;

/// <summary>Asks what a configuration names whether it can be reached now. Nothing is changed anywhere, and
/// nothing that a provider answers is kept.</summary>
internal sealed class OnlineCheck(GatewayOptions options, IServiceProvider services)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>Tells what was asked, and what is wrong with it; null when nothing is.</summary>
    public async IAsyncEnumerable<(string What, string? Trouble)> AskAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        RealmSet realms = new(
            options.Realms, tokenCache: 0, services.GetRequiredService<ConfigurationFolder>(), new KeptDocuments(null),
            services.GetRequiredService<ProviderClient>(), services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILoggerFactory>());
        foreach (RealmState state in await realms.ProbeAsync(cancellation)) yield return ($"realm {state.Realm}", state.NotReady);
        foreach (ServerCheck server in services.GetServices<ServerCheck>())
            yield return (server.Name, await server.TroubleAsync(Limit, cancellation));
        foreach ((string, string?) destination in await ActivatorUtilities.CreateInstance<DestinationCheck>(services)
            .AskAsync(Limit, cancellation))
            yield return destination;
        if (options.TwoFactor.Smtp is { } smtp)
            yield return ($"mail server {smtp.Host}:{smtp.Port}", await ConnectAsync(smtp.Host, smtp.Port, cancellation));
        if (options.Observability.OtlpEndpoint is { } otlp)
            yield return ($"collector {otlp}", await ConnectAsync(new Uri(otlp).Host, new Uri(otlp).Port, cancellation));
    }

    private async Task<string?> ConnectAsync(string host, int port, CancellationToken cancellation)
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        using CancellationTokenSource limited = new(Limit, services.GetRequiredService<TimeProvider>());
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(limited.Token, cancellation);
        try
        {
            await socket.ConnectAsync(host, port, either.Token);
            return null;
        }
        catch (SocketException error)
        {
            return error.Message;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return $"no answer within {Limit.TotalSeconds:0} s";
        }
    }
}
