namespace Gateway.Dialects.Zitadel;

/// <summary>gRPC status codes, as far as this service answers them.</summary>
internal enum StatusCode
{
    InvalidArgument = 3,
    NotFound = 5,
    PermissionDenied = 7,
    ResourceExhausted = 8,
    FailedPrecondition = 9,
    Unimplemented = 12,
    Internal = 13,
    Unavailable = 14,
    Unauthenticated = 16,
}
