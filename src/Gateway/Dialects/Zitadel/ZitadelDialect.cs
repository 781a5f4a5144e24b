using Gateway.Dialects.Zitadel.Messages;
using Google.Protobuf;

namespace Gateway.Dialects.Zitadel;

/// <summary>ZITADEL's session service, v2 and v2beta, over REST, gRPC, gRPC-Web and Connect: DeleteSession, GetSession and
/// ListSessions. Everything else of it belongs to the application.</summary>
internal sealed class ZitadelDialect(ZitadelOptions options, SessionOperations sessions) : Dialect("zitadel", options)
{
    private static readonly RestProtocol Rest = new();

    public override IEnumerable<DialectRoute> Routes { get; } =
    [
        .. new[] { "v2", "v2beta" }.SelectMany(version => new DialectRoute[]
        {
            new($"/{version}/sessions/{{id}}", call => RunAsync(call, Rest, DeleteSessionRequest.Parser, async request =>
            {
                request.SessionId = call.Parameter;
                return await sessions.DeleteAsync(call, request);
            }), "DELETE"),
            new($"/{version}/sessions/{{id}}", call => RunAsync(call, Rest, async () => await sessions.GetAsync(call, Query(call))), "GET"),
            new($"/{version}/sessions/search",
                call => RunAsync(call, Rest, ListSessionsRequest.Parser, async request => await sessions.ListAsync(call, request)), "POST"),

            new($"/zitadel.session.{version}.SessionService/DeleteSession",
                call => RpcAsync(call, DeleteSessionRequest.Parser, async request => await sessions.DeleteAsync(call, request)), "POST"),
            new($"/zitadel.session.{version}.SessionService/GetSession",
                call => RpcAsync(call, GetSessionRequest.Parser, async request => await sessions.GetAsync(call, request)), "POST"),
            new($"/zitadel.session.{version}.SessionService/ListSessions",
                call => RpcAsync(call, ListSessionsRequest.Parser, async request => await sessions.ListAsync(call, request)), "POST"),
        }),
    ];

    public override Task FailAsync(DialectCall call, DialectFailure failure) => ProtocolOf(call).RefuseAsync(call, failure switch
    {
        DialectFailure.BadRequest => ZitadelError.Malformed("malformed request"),
        DialectFailure.Unauthenticated => ZitadelError.BadToken,
        DialectFailure.Forbidden => ZitadelError.NoPermission,
        DialectFailure.TooMany => ZitadelError.TooMany,
        DialectFailure.Unconfirmed => ZitadelError.Unconfirmed(call.Sessions),
        DialectFailure.TooLarge => ZitadelError.TooLarge,
        DialectFailure.Unavailable => ZitadelError.Unavailable,
        DialectFailure.Unknown => ZitadelError.Unknown,
        _ => ZitadelError.Fault,
    });

    private static WireProtocol ProtocolOf(DialectCall call)
        => call.Route.Template.StartsWith("/zitadel.", StringComparison.Ordinal)
            ? WireProtocol.OfContentType(call.Request.ContentType) ?? Rest : Rest;

    private static Task RpcAsync<T>(DialectCall call, MessageParser<T> parser, Func<T, Task<IMessage>> operation) where T : IMessage<T>
    {
        if (WireProtocol.OfContentType(call.Request.ContentType) is { } protocol) return RunAsync(call, protocol, parser, operation);
        call.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
        call.Response.Headers["Accept-Post"] = WireProtocol.ContentTypes;
        return Task.CompletedTask;
    }

    private static Task RunAsync<T>(DialectCall call, WireProtocol protocol, MessageParser<T> parser, Func<T, Task<IMessage>> operation)
        where T : IMessage<T>
        => RunAsync(call, protocol, async () => await operation(await protocol.ReadAsync(call, parser)));

    private static async Task RunAsync(DialectCall call, WireProtocol protocol, Func<Task<IMessage>> operation)
    {
        IMessage answer;
        try
        {
            answer = await operation();
        }
        catch (ZitadelException error)
        {
            await protocol.RefuseAsync(call, error.Error);
            return;
        }
        await protocol.AnswerAsync(call, answer);
    }

    private static GetSessionRequest Query(DialectCall call)
    {
        string?[] tokens = [.. call.Request.Query["sessionToken"].Concat(call.Request.Query["session_token"]).Distinct()];
        if (tokens.Length > 1) throw new ZitadelException(ZitadelError.Malformed("too many values for field \"session_token\""));
        GetSessionRequest request = new() { SessionId = call.Parameter };
        if (tokens is [{ } token]) request.SessionToken = token;
        return request;
    }
}
