namespace Gateway.Http;

/// <summary>Which of the gRPC wire forms a content type names.</summary>
internal enum GrpcKind : byte
{
    None,

    /// <summary><c>application/grpc</c>: the status comes in HTTP trailers.</summary>
    Grpc,

    /// <summary><c>application/grpc-web</c>: the status comes in a last frame of the body.</summary>
    Web,

    /// <summary><c>application/grpc-web-text</c>: the same in base64.</summary>
    WebText,
}
