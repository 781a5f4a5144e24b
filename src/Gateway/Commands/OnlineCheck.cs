using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Gateway.Configuration;
using Gateway.Realms;
using Gateway.Revocation;
using Gateway.Store.Redis;
using Gateway.Store.Sqlite;
using Gateway.Store;

namespace Gateway.Commands;

/// <summary>Asks what a configuration names whether it can be reached now. Nothing is changed anywhere: what a provider
/// answers is kept in a folder that is thrown away.</summary>
internal sealed class OnlineCheck(GatewayOptions options, IServiceProvider services)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>What was asked, and what is wrong with it; null when nothing is.</summary>
    public async IAsyncEnumerable<(string What, string? Trouble)> Ask([EnumeratorCancellation] CancellationToken cancellation)
    {
        string scratch = Directory.CreateTempSubdirectory("gateway-check-").FullName;
        try
        {
            using SqliteDatabase database = new(Path.Combine(scratch, "check.db"), claim: false, services.GetRequiredService<ILogger<SqliteDatabase>>());
            RealmSet realms = new(
                options.Realms, tokenCache: 0, services.GetRequiredService<ConfigurationFolder>(), new KeptDocuments(new PairTable(database)),
                services.GetRequiredService<ProviderClient>(), services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILoggerFactory>());
            foreach (RealmState state in await realms.Probe(cancellation)) yield return ($"realm {state.Realm}", state.NotReady);
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
        if (options.Store.Kind == StoreKind.Redis) yield return ("Redis", await Redis(cancellation));
        if (options.TwoFactor.Smtp is { } smtp) yield return ($"mail server {smtp.Host}:{smtp.Port}", await Connect(smtp.Host, smtp.Port, cancellation));
        if (options.Observability.OtlpEndpoint is { } otlp) yield return ($"collector {otlp}", await Connect(new Uri(otlp).Host, new Uri(otlp).Port, cancellation));
    }

    private async Task<string?> Redis(CancellationToken cancellation)
    {
        try
        {
            RedisConnection redis = services.GetRequiredService<RedisConnection>();
            await redis.General.Ping(Limit, cancellation);
            return null;
        }
        catch (StoreUnavailableException error)
        {
            return error.Message;
        }
    }

    private async Task<string?> Connect(string host, int port, CancellationToken cancellation)
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
