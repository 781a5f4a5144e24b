using Gateway.Http;

namespace Gateway.Enforcement.Messages;

/// <summary>SockJS on a route whose messages are read: over WebSockets alone, and without compression. Its other ways to send (polling,
/// forwarded forms) carry the same messages in requests, where nobody reads them.</summary>
internal static class SockJs
{
    private static readonly string[] Transports = ["xhr", "xhr_send", "xhr_streaming", "jsonp", "jsonp_send", "eventsource", "htmlfile"];

    private static readonly Refusal Unread = new(StatusCodes.Status403Forbidden,
        "This address is for WebSockets: sign-ins in other transports of SockJS cannot be read. Allow WebSockets to the client.");

    /// <summary>Makes a request's messages readable.</summary>
    /// <returns>Null, or why it may not go on.</returns>
    public static Refusal? Prepare(HttpContext context)
    {
        // RFC 6455 section 9.1: nobody may compress without having asked.
        context.Request.Headers.Remove("Sec-WebSocket-Extensions");
        ReadOnlySpan<char> path = (context.Request.Path.Value ?? "").AsSpan().TrimEnd('/');
        ReadOnlySpan<char> last = path[(path.LastIndexOf('/') + 1)..];
        foreach (string transport in Transports)
            if (last.Equals(transport, StringComparison.OrdinalIgnoreCase)) return Unread;
        return null;
    }
}
