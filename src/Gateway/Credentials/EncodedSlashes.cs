using System.Buffers;
using Gateway.Http;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace Gateway.Credentials;

/// <summary>
/// Sends <c>%2F</c> in a path on as it came. Kestrel leaves it undecoded and YARP would encode its percent sign again, so
/// that the backend would read another path than was matched. A path that a route's own transforms have changed, or that
/// holds anything else of doubt, is left to YARP.
/// </summary>
internal sealed class EncodedSlashes : ITransformProvider
{
    private static readonly SearchValues<string> Doubtful = SearchValues.Create(["%25", "%2E", "%5C", "//", "/.", "\\", ";"], StringComparison.OrdinalIgnoreCase);

    public void ValidateRoute(TransformRouteValidationContext context) { }

    public void ValidateCluster(TransformClusterValidationContext context) { }

    public void Apply(TransformBuilderContext context) => context.AddRequestTransform(static transform =>
    {
        string? path = transform.Path.Value;
        if (path is null || !path.Contains("%2F", StringComparison.OrdinalIgnoreCase) || transform.HttpContext.Request.Path != transform.Path) return default;
        ReadOnlySpan<char> sent = RequestTarget.Path(transform.HttpContext);
        if (sent.ContainsAny(Doubtful)) return default;
        if (Uri.TryCreate(string.Concat(transform.DestinationPrefix.TrimEnd('/'), sent, transform.Query.QueryString.ToString()), UriKind.Absolute, out Uri? destination))
            transform.ProxyRequest.RequestUri = destination;
        return default;
    });
}
