using Gateway.Http;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace Gateway.Credentials;

/// <summary>
/// Reading rule 14: sends path and query on byte for byte. The server decodes a path and the proxy encodes it again, and the client
/// rewrites escapes, so that the backend would read another path than was matched (<c>%2F</c>, <c>%25</c>, <c>;</c>, <c>%3B</c>). Only dot
/// segments go, as they went when the path was matched; where a route's transforms change the beginning of the path, its end stays as sent.
/// </summary>
internal sealed class TargetAsSent : ITransformProvider
{
    private static readonly UriCreationOptions AsWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    public void ValidateRoute(TransformRouteValidationContext context) { }

    public void ValidateCluster(TransformClusterValidationContext context) { }

    public void Apply(TransformBuilderContext context) => context.AddRequestTransform(static transform =>
    {
        // A transform of the route's own has named the address.
        if (transform.ProxyRequest.RequestUri is not null) return default;
        string matched = transform.HttpContext.Request.Path.Value ?? "";
        string path = transform.Path.Value ?? "";
        if (SentPath.Of(RequestTarget.Path(transform.HttpContext), matched, path) is not { } sent) return default;
        if (Uri.TryCreate(string.Concat(transform.DestinationPrefix.AsSpan().TrimEnd('/'), sent, transform.Query.QueryString.Value),
            AsWritten, out Uri? destination))
            transform.ProxyRequest.RequestUri = destination;
        return default;
    });
}
