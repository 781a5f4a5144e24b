namespace Gateway.Dialects.RocketChat;

/// <summary>The session calls of Rocket.Chat, under <c>/api/v1/sessions</c>.</summary>
internal sealed class RocketChatDialect(RocketChatOptions options, RocketChatGates gates, RocketChatSessions sessions)
    : Dialect("rocket.chat", options)
{
    private const string Path = "/api/v1/sessions/";
    private const string ViewDevices = "view-device-management", EndDevices = "logout-device-management";

    public override IEnumerable<DialectRoute> Routes { get; } =
    [
        new(Path + "list", gates.Around(null, FromQueryAsync, parameters => parameters.Page(), sessions.ListOwnAsync), "GET"),
        new(Path + "info", gates.Around(null, FromQueryAsync, parameters => parameters.SessionId(), sessions.InfoOwnAsync), "GET"),
        new(Path + "logout.me", gates.Around(null, FromBodyAsync, parameters => parameters.SessionId(), sessions.EndOwnAsync), "POST"),
        new(Path + "list.all", gates.Around(ViewDevices, FromQueryAsync, parameters => parameters.Page(), sessions.ListAllAsync), "GET"),
        new(Path + "info.admin", gates.Around(ViewDevices, FromQueryAsync, parameters => parameters.SessionId(), sessions.InfoAnyAsync),
            "GET"),
        new(Path + "logout", gates.Around(EndDevices, FromBodyAsync, parameters => parameters.SessionId(), sessions.EndAnyAsync), "POST"),
    ];

    public override Task FailAsync(DialectCall call, DialectFailure failure) => (failure switch
    {
        DialectFailure.BadRequest => RocketChatAnswer.BadRequest,
        DialectFailure.Unauthenticated => RocketChatAnswer.Unauthorized,
        DialectFailure.Forbidden => RocketChatAnswer.Forbidden,
        DialectFailure.TooMany => RocketChatAnswer.TooManyRequests(call.Wait),
        DialectFailure.Unconfirmed => RocketChatAnswer.Unconfirmed(call.Sessions),
        DialectFailure.TooLarge => RocketChatAnswer.TooLarge,
        DialectFailure.Unavailable => RocketChatAnswer.Unavailable,
        DialectFailure.Unknown => RocketChatAnswer.Unknown,
        _ => RocketChatAnswer.Fault,
    }).WriteAsync(call.Response);

    private static ValueTask<Parameters> FromQueryAsync(DialectCall call)
        => ValueTask.FromResult(Parameters.OfQuery(call.Request.QueryString));

    private static async ValueTask<Parameters> FromBodyAsync(DialectCall call)
        => Parameters.OfBody(call.Request.ContentType, await call.BodyAsync());
}
