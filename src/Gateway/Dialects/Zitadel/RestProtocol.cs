using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;

namespace Gateway.Dialects.Zitadel;

/// <summary>The REST mapping, as grpc-gateway writes it.</summary>
internal sealed class RestProtocol : WireProtocol
{
    public override async Task<T> ReadAsync<T>(DialectCall call, MessageParser<T> parser)
    {
        byte[] body = await call.BodyAsync();
        return body.Length == 0 ? parser.ParseFrom([]) : MessageCodec.Json.Read(parser, body);
    }

    public override Task AnswerAsync(DialectCall call, IMessage message) => WriteAsync(call, 200, MessageCodec.Json.Write(message));

    public override Task RefuseAsync(DialectCall call, ZitadelError error)
    {
        AddRetryAfter(call, error);
        if (error.Code == StatusCode.Unauthenticated) call.Response.Headers.WWWAuthenticate = error.Message;
        JsonObject body = new() { ["code"] = (int)error.Code, ["message"] = error.Message };
        if (error.Detail is { } detail)
            body["details"] = new JsonArray(
                new JsonObject { ["@type"] = "type.googleapis.com/zitadel.v1.ErrorDetail", ["id"] = detail.Id,
                    ["message"] = detail.Message });
        return WriteAsync(call, error.Http, JsonSerializer.SerializeToUtf8Bytes(body, Plain));
    }

    private static Task WriteAsync(DialectCall call, int status, byte[] body)
    {
        call.Response.StatusCode = status;
        call.Response.ContentType = "application/json";
        call.Response.ContentLength = body.Length;
        return call.Response.Body.WriteAsync(body).AsTask();
    }
}
