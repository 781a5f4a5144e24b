using Gateway.Dialects.Zitadel.Messages;
using Google.Protobuf.WellKnownTypes;

namespace Gateway.Dialects.Zitadel;

/// <summary>What ZITADEL answers instead of a response: a status, a text, and mostly an id that names the place in its code.</summary>
internal sealed record ZitadelError(StatusCode Code, string Text, string? Id = null)
{
    /// <summary>Set where HTTP has a more exact status than the code's own.</summary>
    public int? HttpStatus { get; init; }

    public string Message => Id is null ? Text : $"{Text} ({Id})";

    /// <summary>grpc-gateway's table from codes to HTTP (runtime/errors.go).</summary>
    public int Http => HttpStatus ?? Code switch
    {
        StatusCode.InvalidArgument => 400,
        StatusCode.NotFound => 404,
        StatusCode.PermissionDenied => 403,
        StatusCode.ResourceExhausted => 429,
        StatusCode.FailedPrecondition => 400,
        StatusCode.Unimplemented => 501,
        StatusCode.Unavailable => 503,
        StatusCode.Unauthenticated => 401,
        _ => 500,
    };

    /// <summary>Connect's names of the codes.</summary>
    public string Name => Code switch
    {
        StatusCode.InvalidArgument => "invalid_argument",
        StatusCode.NotFound => "not_found",
        StatusCode.PermissionDenied => "permission_denied",
        StatusCode.ResourceExhausted => "resource_exhausted",
        StatusCode.FailedPrecondition => "failed_precondition",
        StatusCode.Unimplemented => "unimplemented",
        StatusCode.Unavailable => "unavailable",
        StatusCode.Unauthenticated => "unauthenticated",
        _ => "internal",
    };

    public ErrorDetail? Detail => Id is null ? null : new() { Id = Id, Message = Text };

    public Status Status()
    {
        Status status = new() { Code = (int)Code, Message = Message };
        if (Detail is { } detail) status.Details.Add(Any.Pack(detail));
        return status;
    }

    public static readonly ZitadelError NoHeader = new(StatusCode.Unauthenticated, "auth header missing");
    public static readonly ZitadelError BadHeader = new(StatusCode.Unauthenticated, "invalid auth header", "AUTH-7fs1e");
    public static readonly ZitadelError BadToken = new(StatusCode.Unauthenticated, "Token is invalid", "AUTH-7fs1e");
    public static readonly ZitadelError TwoHeaders = new(StatusCode.InvalidArgument, "more than one auth header");
    public static readonly ZitadelError BadSessionToken = new(StatusCode.PermissionDenied, "Session Token is invalid", "COMMAND-sGr42");
    public static readonly ZitadelError BadSessionTokenOfQuery = new(StatusCode.PermissionDenied, "Errors.PermissionDenied", "QUERY-dsfr3");
    public static readonly ZitadelError NoPermission = new(StatusCode.PermissionDenied, "No matching permissions found", "AUTH-AWfge");
    public static readonly ZitadelError NoOrganization = new(StatusCode.PermissionDenied, "Organisation doesn't exist", "AUTH-Bs7Ds");
    public static readonly ZitadelError NoSession = new(StatusCode.NotFound, "Session does not exist", "QUERY-SFeaa");
    public static readonly ZitadelError Unavailable = new(StatusCode.Unavailable,
        "the session service is unavailable, nothing has changed, try again");
    public static readonly ZitadelError Unknown = new(StatusCode.Unavailable,
        "the session service gave no answer, the outcome is not known, try again");
    public static readonly ZitadelError TooLarge = new(StatusCode.ResourceExhausted, "request body too large") { HttpStatus = 413 };
    public static readonly ZitadelError TooMany = new(StatusCode.ResourceExhausted, "quota for authenticated requests is exhausted",
        "QUOTA-vjAy8");
    public static readonly ZitadelError Fault = new(StatusCode.Internal, "internal error");

    public static ZitadelError Unconfirmed(int sessions) => new(StatusCode.FailedPrecondition,
        $"this would end {sessions} sessions; if that is meant, send the header {SessionEnder.Confirmation}: {sessions}");

    public static ZitadelError Malformed(string why) => new(StatusCode.InvalidArgument, why);

    /// <summary>Gives the text of protoc-gen-validate.</summary>
    public static ZitadelError BadSessionId(string request)
        => Malformed($"invalid {request}.SessionId: value length must be between 1 and 200 runes, inclusive");
}
