using Gateway.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Enforcement.Endings;

/// <summary>The one place that tells what kind an exchange is.</summary>
internal static class EndingChoice
{
    /// <summary>The kinds, as metrics name them.</summary>
    public static readonly string[] Words = ["http", "websocket", "events", "grpc"];

    /// <summary>Chooses for an answer that begins.</summary>
    public static Ending OfAnswer(HttpContext context, RoutePolicy policy)
    {
        HttpResponse response = context.Response;
        if (response.ContentLength is not null || response.ContentType is not { } type) return HttpEnding.Instance;
        switch (GrpcKind.Of(type))
        {
            case GrpcKind.Grpc when context.Features.Get<IHttpResponseTrailersFeature>() is not null: return new GrpcTrailersEnding();
            case GrpcKind.Web: return new GrpcWebEnding();
            case GrpcKind.WebText: return new GrpcWebTextEnding();
        }
        ReadOnlySpan<char> media = type.AsSpan();
        if (media.IndexOf(';') is var end and >= 0) media = media[..end];
        media = media.Trim();
        if (media.Equals("text/event-stream", StringComparison.OrdinalIgnoreCase)) return new EventsEnding();
        foreach (string stream in policy.Streams)
            if (media.Equals(stream, StringComparison.OrdinalIgnoreCase)) return new StreamEnding();
        return HttpEnding.Instance;
    }

    /// <summary>Chooses for a request that leaves HTTP: an upgrade (HTTP/1.1) or an extended CONNECT (RFC 8441).</summary>
    public static LongLivedEnding OfUpgrade(HttpContext context)
    {
        string? protocol = context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect
            ? connect.Protocol : context.Request.Headers.Upgrade;
        return string.Equals(protocol, "websocket", StringComparison.OrdinalIgnoreCase) ? new WebSocketEnding() : new TunnelEnding();
    }
}
