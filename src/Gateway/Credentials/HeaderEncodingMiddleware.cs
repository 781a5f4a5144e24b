using Gateway.Http;
using Yarp.ReverseProxy.Model;

namespace Gateway.Credentials;

/// <summary>After the route is known: header values outside ASCII go on where the cluster says how they are written
/// (<c>HttpClient:RequestHeaderEncoding</c>). Elsewhere they could not be forwarded.</summary>
internal sealed class HeaderEncodingMiddleware(RequestDelegate next, RefusalWriter refusals)
{
    public Task InvokeAsync(HttpContext context)
        => context.Features.Get<HeadersOutsideAscii>() is not { } found || IsTaken(context)
            ? next(context)
            : refusals.WriteAsync(context, Refusal.BadRequest(
                $"The header {found.First} holds characters outside ASCII. Encode them, or let the cluster have them: "
                    + "HttpClient:RequestHeaderEncoding."));

    private static bool IsTaken(HttpContext context)
        => context.GetEndpoint()?.Metadata.GetMetadata<RouteModel>()?.Cluster?.Model.Config.HttpClient?.RequestHeaderEncoding
            is { Length: > 0 };
}
