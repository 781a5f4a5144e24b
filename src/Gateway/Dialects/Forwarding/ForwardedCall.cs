using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Serialization;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace Gateway.Dialects.Forwarding;

/// <summary>A logout that the application is still to be told of: everything of the request that is sent again, taken while
/// the request was there. It holds a credential: it is in memory, or encrypted in the <see cref="ForwardOutbox"/>.</summary>
internal sealed record ForwardedCall
{
    /// <summary>Stands for the destination, which each attempt chooses anew, while the route's transforms run.</summary>
    public const string AnyDestination = "http://destination.invalid";

    public required string Dialect { get; init; }

    /// <summary>For the log.</summary>
    public required string Target { get; init; }

    /// <summary>Id of the cluster.</summary>
    public required string Cluster { get; init; }

    /// <summary>When the logout was called.</summary>
    public required DateTimeOffset At { get; init; }
    public required string Method { get; init; }
    public required Uri Uri { get; init; }
    public required Header[] Headers { get; init; }

    /// <summary>Null: the request had no body.</summary>
    public byte[]? Body { get; init; }
    public Header[] BodyHeaders { get; init; } = [];

    [JsonIgnore]
    public int Size => (Body?.Length ?? 0) + 2048;

    /// <summary>A header's value, one entry for each that was sent.</summary>
    internal sealed record Header(string Name, string Value);

    /// <summary>Takes everything from the request, through the transforms of its route.</summary>
    public static async ValueTask<ForwardedCall> TakeAsync(DialectCall call, ForwardTarget target, DateTimeOffset now)
    {
        byte[] body = await call.BodyAsync();
        using HttpRequestMessage prototype = new() { Method = new HttpMethod(call.Request.Method) };
        if (body.Length > 0) prototype.Content = new ByteArrayContent(body);
        await target.Transformer.TransformRequestAsync(call.Context, prototype, AnyDestination, CancellationToken.None);
        // On the management listener the credential is the gateway's own key.
        if (call.IsManagement) prototype.Headers.Remove("Authorization");
        return new()
        {
            Dialect = call.Dialect.Name,
            Target = target.Name,
            Cluster = target.Cluster.ClusterId,
            At = now,
            Method = prototype.Method.Method,
            Uri = prototype.RequestUri ?? RequestUtilities.MakeDestinationAddress(AnyDestination, call.Request.Path,
                call.Request.QueryString),
            Headers = All(prototype.Headers),
            Body = prototype.Content is null ? null : body,
            BodyHeaders = prototype.Content is null
                ? []
                : [.. All(prototype.Content.Headers)
                    .Where(header => !header.Name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))],
        };
    }

    /// <summary>Gives a request for one attempt; null when the cluster has no destination now.</summary>
    public HttpRequestMessage? For(ClusterState cluster, int attempt)
    {
        IReadOnlyList<DestinationState> candidates = cluster.DestinationsState.AvailableDestinations;
        if (candidates.Count == 0) candidates = cluster.DestinationsState.AllDestinations;
        if (candidates.Count == 0) return null;

        HttpRequestMessage request = new(new HttpMethod(Method), Destination(candidates[attempt % candidates.Count].Model.Config.Address))
        {
            Version = cluster.Model.Config.HttpRequest?.Version ?? HttpVersion.Version20,
            VersionPolicy = cluster.Model.Config.HttpRequest?.VersionPolicy ?? HttpVersionPolicy.RequestVersionOrLower,
            Content = Body is null ? null : new ByteArrayContent(Body),
        };
        foreach (Header header in Headers) request.Headers.TryAddWithoutValidation(header.Name, header.Value);
        foreach (Header header in BodyHeaders) request.Content?.Headers.TryAddWithoutValidation(header.Name, header.Value);
        return request;
    }

    // A transform may have named a destination of its own.
    private Uri Destination(string address) => Uri.Host == "destination.invalid" ? new Uri(address.TrimEnd('/') + Uri.PathAndQuery) : Uri;

    private static Header[] All(HttpHeaders headers)
        => [.. headers.NonValidated.SelectMany(header => header.Value.Select(value => new Header(header.Key, value)))];
}
