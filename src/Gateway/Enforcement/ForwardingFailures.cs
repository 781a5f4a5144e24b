using Gateway.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace Gateway.Enforcement;

/// <summary>Tells which route, cluster and destination could not serve a request, and why: a warning where the backend or its
/// configuration is at fault. A client that leaves is no warning. The proxy's own line names neither, so it is left out.</summary>
internal sealed partial class ForwardingFailures(ILogger<ForwardingFailures> logger)
{
    private const string Backend = "backend";

    private static readonly Refusal Broken = new(StatusCodes.Status502BadGateway,
        "The application cannot be reached, or its answer broke off.") { Cause = Backend };
    private static readonly Refusal TooLate = new(StatusCodes.Status504GatewayTimeout, "The application did not answer in time.")
        { Cause = Backend };
    private static readonly Refusal NobodyThere =
        new(StatusCodes.Status503ServiceUnavailable, "No server of the application can be reached now. Try again.", null,
            TimeSpan.FromSeconds(1)) { Cause = Backend };

    /// <summary>Tells after the proxy has returned.</summary>
    /// <returns>What the client is told; null where there is nothing to tell, or nobody. Nothing of the inside.</returns>
    public Refusal? Tell(HttpContext context)
    {
        IForwarderErrorFeature? failed = context.GetForwarderErrorFeature();
        if (failed is null && context.Response.StatusCode < StatusCodes.Status400BadRequest) return null;
        IReverseProxyFeature proxy = context.GetReverseProxyFeature();
        // Session affinity can say by itself that there is nobody to send a request to (FailurePolicy Return503Error).
        if (failed is null && proxy.ProxiedDestination is not null) return null;
        Failure failure = new(proxy.Route.Config.RouteId, proxy.Cluster.Config.ClusterId, proxy.ProxiedDestination?.DestinationId ?? "none",
            TraceId.Of(context));
        return Tell(context, failed?.Error ?? ForwarderError.NoAvailableDestinations, failed?.Exception, failure);
    }

    private Refusal? Tell(HttpContext context, ForwarderError error, Exception? exception, Failure failure)
    {
        (string route, string cluster, string destination, string trace) = failure;
        if (IsOverTime(context))
        {
            OverTime(logger, route, cluster, destination, trace);
            return TooLate;
        }
        if (IsOfTheClient(context, error))
        {
            ClientFailed(logger, exception, route, cluster, destination, error, trace);
            if (BadRequest(exception) is { } bad) return new(bad.StatusCode, "The request broke off, or is larger than this route takes.");
            // Nobody waits for an answer. Kestrel would try to read the rest of the request, and call it an error that it cannot.
            context.Abort();
            return null;
        }
        Failed(logger, exception, route, cluster, destination, error, trace);
        return context.Response.StatusCode switch
        {
            StatusCodes.Status503ServiceUnavailable => NobodyThere,
            StatusCodes.Status504GatewayTimeout => TooLate,
            _ => Broken,
        };
    }

    private static bool IsOverTime(HttpContext context)
        => context.Features.Get<IHttpRequestTimeoutFeature>() is { RequestTimeoutToken.IsCancellationRequested: true };

    // Kestrel may notice that a client is gone a moment after the copy from it, or to it, has failed.
    private static bool IsOfTheClient(HttpContext context, ForwarderError error)
        => context.RequestAborted.IsCancellationRequested || error is
        ForwarderError.RequestCanceled or ForwarderError.RequestBodyCanceled or ForwarderError.RequestBodyClient
        or ForwarderError.ResponseBodyCanceled or ForwarderError.ResponseBodyClient
        or ForwarderError.UpgradeRequestCanceled or ForwarderError.UpgradeRequestClient
        or ForwarderError.UpgradeResponseCanceled or ForwarderError.UpgradeResponseClient;

    private static BadHttpRequestException? BadRequest(Exception? error) => error switch
    {
        null => null,
        BadHttpRequestException bad => bad,
        AggregateException several => several.InnerExceptions.Select(BadRequest).FirstOrDefault(bad => bad is not null),
        _ => BadRequest(error.InnerException),
    };

    private readonly record struct Failure(string Route, string Cluster, string Destination, string Trace);

    [LoggerMessage(EventId = 1204, Level = LogLevel.Warning,
        Message = "Route {Route}: destination {Destination} of cluster {Cluster} did not serve a request: {Kind}. Trace {Trace}")]
    private static partial void Failed(ILogger logger, Exception? error, string route, string cluster, string destination,
        ForwarderError kind, string trace);

    [LoggerMessage(EventId = 1205, Level = LogLevel.Warning,
        Message = "Route {Route}: destination {Destination} of cluster {Cluster} did not answer within the route's Timeout. Trace {Trace}")]
    private static partial void OverTime(ILogger logger, string route, string cluster, string destination, string trace);

    [LoggerMessage(EventId = 1206, Level = LogLevel.Debug,
        Message = "Route {Route}: the client of destination {Destination} of cluster {Cluster} left, or its request broke off: {Kind}. "
            + "Trace {Trace}")]
    private static partial void ClientFailed(ILogger logger, Exception? error, string route, string cluster, string destination,
        ForwarderError kind, string trace);
}
