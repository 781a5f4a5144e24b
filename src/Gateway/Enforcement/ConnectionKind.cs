namespace Gateway.Enforcement;

/// <summary>What a live connection is, which decides how it ends.</summary>
internal enum ConnectionKind : byte
{
    /// <summary>Its answer has not begun: it is refused.</summary>
    Waiting,

    /// <summary>An answer with a length, or chunked: it is aborted, for one that ended cleanly could be taken for whole.</summary>
    Http,

    /// <summary>RFC 6455, over an upgrade or an extended CONNECT (RFC 8441): it gets a Close frame.</summary>
    WebSocket,

    /// <summary>Another upgraded protocol, whose ending nobody here knows: it is aborted.</summary>
    Tunnel,

    /// <summary><c>text/event-stream</c>: it ends cleanly, after a last event where one may stand.</summary>
    Events,

    /// <summary>A content type that the route names as a stream: it ends cleanly.</summary>
    Stream,

    /// <summary>gRPC: it ends with trailers.</summary>
    Grpc,

    /// <summary>gRPC-Web: it ends with a trailer frame.</summary>
    GrpcWeb,

    /// <summary>gRPC-Web in base64: the same, where a message and a group of four characters end together.</summary>
    GrpcWebText,
}

internal static class ConnectionKinds
{
    public static readonly string[] Words = ["http", "websocket", "events", "grpc"];

    extension(ConnectionKind kind)
    {
        /// <summary>The word in metrics.</summary>
        public string Word => kind switch
        {
            ConnectionKind.WebSocket or ConnectionKind.Tunnel => "websocket",
            ConnectionKind.Events or ConnectionKind.Stream => "events",
            _ => kind.IsGrpc ? "grpc" : "http",
        };

        /// <summary>gRPC in any of its wire forms: it ends with a status.</summary>
        public bool IsGrpc => kind is ConnectionKind.Grpc or ConnectionKind.GrpcWeb or ConnectionKind.GrpcWebText;
    }
}
