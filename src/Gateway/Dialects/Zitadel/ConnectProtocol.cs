using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;

namespace Gateway.Dialects.Zitadel;

/// <summary>Connect, unary: the bare message in both directions, errors as JSON with the HTTP status of their code.</summary>
internal sealed class ConnectProtocol(MessageCodec codec) : WireProtocol
{
    public override async Task<T> ReadAsync<T>(DialectCall call, MessageParser<T> parser)
    {
        if (call.Request.Headers["connect-protocol-version"] is { Count: > 0 } version && version != "1")
            throw new ZitadelException(ZitadelError.Malformed("connect-protocol-version must be \"1\""));
        string? encoding = call.Request.Headers.ContentEncoding;
        if (encoding is not (null or "" or "identity" or "gzip"))
        {
            call.Response.Headers.AcceptEncoding = "gzip,identity";
            throw new ZitadelException(new(StatusCode.Unimplemented, "unknown compression: supported encodings are gzip, identity")
                { HttpStatus = 415 });
        }
        byte[] body = await call.BodyAsync();
        if (encoding == "gzip" && body.Length > 0) body = Frames.Inflate(body);
        return codec.Read(parser, body);
    }

    public override Task AnswerAsync(DialectCall call, IMessage message)
        => WriteAsync(call, 200, "application/" + codec.Name, codec.Write(message));

    public override Task RefuseAsync(DialectCall call, ZitadelError error)
    {
        AddRetryAfter(call, error);
        JsonObject body = new() { ["code"] = error.Name, ["message"] = error.Message };
        if (error.Detail is { } detail)
            body["details"] = new JsonArray(new JsonObject
            {
                ["type"] = "zitadel.v1.ErrorDetail",
                ["value"] = Convert.ToBase64String(detail.ToByteArray()).TrimEnd('='),
                ["debug"] = new JsonObject { ["id"] = detail.Id, ["message"] = detail.Message },
            });
        return WriteAsync(call, error.Http, "application/json", JsonSerializer.SerializeToUtf8Bytes(body, Plain));
    }

    private static Task WriteAsync(DialectCall call, int status, string contentType, byte[] body)
    {
        call.Response.StatusCode = status;
        call.Response.ContentType = contentType;
        call.Response.ContentLength = body.Length;
        return call.Response.Body.WriteAsync(body).AsTask();
    }
}
