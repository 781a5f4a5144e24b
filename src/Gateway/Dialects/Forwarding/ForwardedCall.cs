using System.Net;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace Gateway.Dialects.Forwarding;

/// <summary>A logout that the application is still to be told of: everything of the request that is sent again, taken while
/// the request was there. It lives in memory only: it holds a credential.</summary>
internal sealed class ForwardedCall(string dialect, ForwardTarget target, HttpRequestMessage prototype, byte[] body)
{
    /// <summary>Stands for the destination, which each attempt chooses anew, while the route's transforms run.</summary>
    public const string AnyDestination = "http://destination.invalid";

    /// <summary>Takes everything from the request, through the transforms of its route.</summary>
    public static async ValueTask<ForwardedCall> Take(DialectCall call, ForwardTarget target)
    {
        byte[] body = await call.Body();
        HttpRequestMessage prototype = new() { Method = new HttpMethod(call.Request.Method) };
        if (body.Length > 0) prototype.Content = new ByteArrayContent(body);
        await target.Transformer.TransformRequestAsync(call.Context, prototype, AnyDestination, CancellationToken.None);
        prototype.RequestUri ??= RequestUtilities.MakeDestinationAddress(AnyDestination, call.Request.Path, call.Request.QueryString);
        // On the management listener the credential is the gateway's own key.
        if (call.IsManagement) prototype.Headers.Remove("Authorization");
        return new ForwardedCall(call.Dialect.Name, target, prototype, body);
    }

    public string Dialect { get; } = dialect;

    /// <summary>For the log.</summary>
    public string Target { get; } = target.Name;
    public ClusterState Cluster { get; } = target.Cluster;
    public int Size { get; } = body.Length + 2048;

    /// <summary>A request for one attempt; null when the cluster has no destination now.</summary>
    public HttpRequestMessage? For(int attempt)
    {
        IReadOnlyList<DestinationState> candidates = Cluster.DestinationsState.AvailableDestinations;
        if (candidates.Count == 0) candidates = Cluster.DestinationsState.AllDestinations;
        if (candidates.Count == 0) return null;
        string address = candidates[attempt % candidates.Count].Model.Config.Address;

        HttpRequestMessage request = new(prototype.Method, Destination(address))
        {
            Version = Cluster.Model.Config.HttpRequest?.Version ?? HttpVersion.Version20,
            VersionPolicy = Cluster.Model.Config.HttpRequest?.VersionPolicy ?? HttpVersionPolicy.RequestVersionOrLower,
        };
        foreach ((string name, System.Net.Http.Headers.HeaderStringValues values) in prototype.Headers.NonValidated)
            request.Headers.TryAddWithoutValidation(name, values);
        if (prototype.Content is null) return request;
        request.Content = new ByteArrayContent(body);
        foreach ((string name, System.Net.Http.Headers.HeaderStringValues values) in prototype.Content.Headers.NonValidated)
            if (!name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)) request.Content.Headers.TryAddWithoutValidation(name, values);
        return request;
    }

    private Uri Destination(string address)
    {
        Uri target = prototype.RequestUri!;
        // A transform may have named a destination of its own.
        return target.Host == "destination.invalid" ? new Uri(address.TrimEnd('/') + target.PathAndQuery) : target;
    }
}
