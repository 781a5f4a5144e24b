using Gateway.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Credentials;

/// <summary>What holds for every request before its route is looked up, also on routes where credentials are ignored
/// (reading rule 6): the host, the method and the headers.</summary>
internal sealed class HygieneMiddleware(RequestDelegate next, HeaderHygiene headers, RequestLimits limits, RefusalWriter refusals)
{
    private static readonly Refusal MethodInAnotherCase = Refusal.BadRequest("Methods are written in capitals (RFC 9110 section 9.1).");
    private const string BadHost = "The Host must be a name or an address, and a port where it is not the scheme's own.";
    private static readonly Refusal NoTunnel = Refusal.BadRequest("CONNECT is not supported here. Send the request itself.");
    private static readonly Refusal NotThisProtocol = new(StatusCodes.Status501NotImplemented,
        "An extended CONNECT opens a WebSocket here, and nothing else.");

    public Task InvokeAsync(HttpContext context)
    {
        Refusal? refusal = HostComplaint(context.Request) is { } complaint ? Refusal.BadRequest(complaint)
            : IsInAnotherCase(context.Request.Method) ? MethodInAnotherCase
            : HttpMethods.IsConnect(context.Request.Method) && ConnectRefusal(context) is { } connect ? connect
            : limits.IsTargetTooLong(context) ? RequestLimits.TargetTooLong
            : headers.Clean(context, trusted: context.Features.Get<TrustedProxies>() is not null);
        return refusal is null ? next(context) : refusals.WriteAsync(context, refusal);
    }

    // RFC 9112 section 3.2: only HTTP/1.0 may leave it out.
    private static string? HostComplaint(HttpRequest request)
    {
        if (request.Headers.Host.Count == 0 && HttpProtocol.IsHttp10(request.Protocol)) return null;
        if (request.Headers.Host is not [{ } host]) return BadHost;
        // Rule 15: to DNS a dot at the end names the same host, to a table of routes another one.
        if (HostForm.WithoutTrailingDot(host) is { } plain) request.Host = new HostString(host = plain);
        return HostForm.IsWellFormed(host) ? null : BadHost;
    }

    // The HTTP client writes "delete" as DELETE, so it cannot be sent on as it is, and no rule here had looked at DELETE.
    private static bool IsInAnotherCase(string method)
        => HttpMethods.GetCanonicalizedValue(method) is var known && !ReferenceEquals(known, method) && known != method;

    // RFC 9110 section 9.3.6: CONNECT asks for a tunnel, which is not what this proxy is for. Over HTTP/2 the extended form
    // opens a WebSocket (RFC 8441); what it does not know it answers 501 (RFC 9220 section 3).
    private static Refusal? ConnectRefusal(HttpContext context)
        => context.Features.Get<IHttpExtendedConnectFeature>() is not { IsExtendedConnect: true } extended ? NoTunnel
            : string.Equals(extended.Protocol, "websocket", StringComparison.OrdinalIgnoreCase) ? null : NotThisProtocol;
}
