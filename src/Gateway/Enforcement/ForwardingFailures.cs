using Microsoft.AspNetCore.Http.Timeouts;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace Gateway.Enforcement;

/// <summary>Tells which route, cluster and destination could not serve a request, and why: a warning where the backend or its
/// configuration is at fault. A client that leaves is no warning. The proxy's own line names neither, so it is left out.</summary>
internal sealed partial class ForwardingFailures(ILogger<ForwardingFailures> logger)
{
    public void Tell(HttpContext context, IForwarderErrorFeature failed)
    {
        IReverseProxyFeature proxy = context.GetReverseProxyFeature();
        string route = proxy.Route.Config.RouteId, cluster = proxy.Cluster.Config.ClusterId, destination = proxy.ProxiedDestination?.DestinationId ?? "none";
        if (IsOverTime(context)) OverTime(logger, route, cluster, destination);
        else if (!IsOfTheClient(context, failed.Error)) Failed(logger, failed.Exception, route, cluster, destination, failed.Error);
        else
        {
            ClientFailed(logger, failed.Exception, route, cluster, destination, failed.Error);
            // Nobody waits for an answer. Kestrel would try to read the rest of the request, and call it an error that it cannot.
            if (!IsBadRequest(failed.Exception)) context.Abort();
        }
    }

    private static bool IsOverTime(HttpContext context) => context.Features.Get<IHttpRequestTimeoutFeature>() is { RequestTimeoutToken.IsCancellationRequested: true };

    // Kestrel may notice that a client is gone a moment after the copy from it, or to it, has failed.
    private static bool IsOfTheClient(HttpContext context, ForwarderError error) => context.RequestAborted.IsCancellationRequested || error is
        ForwarderError.RequestCanceled or ForwarderError.RequestBodyCanceled or ForwarderError.RequestBodyClient
        or ForwarderError.ResponseBodyCanceled or ForwarderError.ResponseBodyClient
        or ForwarderError.UpgradeRequestCanceled or ForwarderError.UpgradeRequestClient
        or ForwarderError.UpgradeResponseCanceled or ForwarderError.UpgradeResponseClient;

    private static bool IsBadRequest(Exception? error) => error switch
    {
        null => false,
        BadHttpRequestException => true,
        AggregateException several => several.InnerExceptions.Any(IsBadRequest),
        _ => IsBadRequest(error.InnerException),
    };

    [LoggerMessage(EventId = 1204, Level = LogLevel.Warning, Message = "Route {Route}: destination {Destination} of cluster {Cluster} did not serve a request: {Kind}.")]
    private static partial void Failed(ILogger logger, Exception? error, string route, string cluster, string destination, ForwarderError kind);

    [LoggerMessage(EventId = 1205, Level = LogLevel.Warning, Message = "Route {Route}: destination {Destination} of cluster {Cluster} did not answer within the route's Timeout.")]
    private static partial void OverTime(ILogger logger, string route, string cluster, string destination);

    [LoggerMessage(EventId = 1206, Level = LogLevel.Debug, Message = "Route {Route}: the client of destination {Destination} of cluster {Cluster} left, or its request broke off: {Kind}.")]
    private static partial void ClientFailed(ILogger logger, Exception? error, string route, string cluster, string destination, ForwarderError kind);
}
