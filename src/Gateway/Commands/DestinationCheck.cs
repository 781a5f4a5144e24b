using System.Net;
using Gateway.Configuration;
using Microsoft.Net.Http.Headers;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace Gateway.Commands;

/// <summary>Asks each destination of each cluster whether it answers, in the way in which the proxy would: with the cluster's own
/// client, and at the path of its active health check where it has one.</summary>
internal sealed class DestinationCheck(IEnumerable<IProxyConfigProvider> providers, IForwarderHttpClientFactory clients, TimeProvider time)
{
    /// <summary>Tells what was asked, and what is wrong with it; null when nothing is. All are asked at the same time.</summary>
    public async Task<IReadOnlyList<(string What, string? Trouble)>> AskAsync(TimeSpan limit, CancellationToken cancellation)
        => await Task.WhenAll(
            from provider in providers
            from cluster in provider.GetConfig().Clusters
            from destination in cluster.Destinations ?? new Dictionary<string, DestinationConfig>()
            select AskAsync(cluster, destination.Key, destination.Value, limit, cancellation));

    private async Task<(string What, string? Trouble)> AskAsync(
        ClusterConfig cluster, string name, DestinationConfig destination, TimeSpan limit, CancellationToken cancellation)
    {
        string? path = cluster.HealthCheck?.Active is { Enabled: true } active ? active.Path ?? "/" : null;
        string address = destination.Health is { } health && path is not null ? health : destination.Address;
        string what = $"destination {name} of cluster {cluster.ClusterId} at {address}";
        if (!Checks.IsHttpUrl(address)) return (what, "its Health is no http or https URL");
        // Where no path says how a server feels, any answer shows that it is there.
        using HttpRequestMessage question = new(path is null ? HttpMethod.Head : HttpMethod.Get, address.TrimEnd('/') + (path ?? "/"))
        {
            Version = cluster.HttpRequest?.Version ?? HttpVersion.Version20,
            VersionPolicy = cluster.HttpRequest?.VersionPolicy ?? HttpVersionPolicy.RequestVersionOrLower,
        };
        if (destination.Host is { } host) question.Headers.Host = host;
        question.Headers.TryAddWithoutValidation(HeaderNames.UserAgent, "gateway-check");
        using CancellationTokenSource limited = new(limit, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(limited.Token, cancellation);
        using HttpMessageInvoker client = clients.CreateClient(new ForwarderHttpClientContext
        {
            ClusterId = cluster.ClusterId, NewConfig = cluster.HttpClient ?? HttpClientConfig.Empty, NewMetadata = cluster.Metadata,
        });
        try
        {
            using HttpResponseMessage answer = await client.SendAsync(question, either.Token);
            return (what, path is null || answer.IsSuccessStatusCode ? null : $"it answered {(int)answer.StatusCode} at {path}");
        }
        catch (HttpRequestException error)
        {
            return (what, error.InnerException is { } inner && !error.Message.Contains(inner.Message, StringComparison.Ordinal)
                ? $"{error.Message} {inner.Message}" : error.Message);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (what, $"no answer within {limit.TotalSeconds:0} s");
        }
    }
}
