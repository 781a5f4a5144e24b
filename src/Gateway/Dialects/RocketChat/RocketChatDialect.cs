namespace Gateway.Dialects.RocketChat;

/// <summary>The session calls of Rocket.Chat, under <c>/api/v1/sessions</c>.</summary>
internal sealed class RocketChatDialect(RocketChatOptions options, RocketChatGates gates, RocketChatSessions sessions) : Dialect("rocket.chat", options)
{
    private const string Path = "/api/v1/sessions/";
    private const string ViewDevices = "view-device-management", EndDevices = "logout-device-management";

    public override IEnumerable<DialectRoute> Routes { get; } =
    [
        new(Path + "list", gates.Around(null, FromQuery, parameters => parameters.Page(), sessions.ListOwn), "GET"),
        new(Path + "info", gates.Around(null, FromQuery, parameters => parameters.SessionId(), sessions.InfoOwn), "GET"),
        new(Path + "logout.me", gates.Around(null, FromBody, parameters => parameters.SessionId(), sessions.EndOwn), "POST"),
        new(Path + "list.all", gates.Around(ViewDevices, FromQuery, parameters => parameters.Page(), sessions.ListAll), "GET"),
        new(Path + "info.admin", gates.Around(ViewDevices, FromQuery, parameters => parameters.SessionId(), sessions.InfoAny), "GET"),
        new(Path + "logout", gates.Around(EndDevices, FromBody, parameters => parameters.SessionId(), sessions.EndAny), "POST"),
    ];

    public override Task Fail(DialectCall call, DialectFailure failure) => (failure switch
    {
        DialectFailure.BadRequest => RocketChatAnswer.BadRequest,
        DialectFailure.Unauthenticated => RocketChatAnswer.Unauthorized,
        DialectFailure.Forbidden => RocketChatAnswer.Forbidden,
        DialectFailure.TooLarge => RocketChatAnswer.TooLarge,
        DialectFailure.Unavailable => RocketChatAnswer.Unavailable,
        DialectFailure.Unknown => RocketChatAnswer.Unknown,
        _ => RocketChatAnswer.Fault,
    }).Write(call.Response);

    private static ValueTask<Parameters> FromQuery(DialectCall call) => ValueTask.FromResult(Parameters.OfQuery(call.Request.QueryString));

    private static async ValueTask<Parameters> FromBody(DialectCall call) => Parameters.OfBody(call.Request.ContentType, await call.Body());
}
