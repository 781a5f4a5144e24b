using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;

namespace Gateway.Dialects.Zitadel;

/// <summary>One of the ways in which the same call comes over the wire.</summary>
internal abstract class WireProtocol
{
    /// <summary>Escapes what JSON demands and no more, as Go does.</summary>
    protected static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <exception cref="ZitadelException">The body is no such message.</exception>
    /// <exception cref="DialectException">The body is too large.</exception>
    public abstract Task<T> ReadAsync<T>(DialectCall call, MessageParser<T> parser) where T : IMessage<T>;

    public abstract Task AnswerAsync(DialectCall call, IMessage message);

    public abstract Task RefuseAsync(DialectCall call, ZitadelError error);

    /// <summary>Gives the protocol of a request to an RPC path by its content type; null for one that nobody knows.</summary>
    public static WireProtocol? OfContentType(string? contentType)
    {
        int parameters = contentType?.IndexOf(';') ?? -1;
        string type = (parameters < 0 ? contentType : contentType![..parameters])?.Trim().ToLowerInvariant() ?? "";
        return type switch
        {
            "application/grpc" or "application/grpc+proto" => new GrpcProtocol(MessageCodec.Proto, type),
            "application/grpc+json" => new GrpcProtocol(MessageCodec.Json, type),
            "application/grpc-web" or "application/grpc-web+proto" => new GrpcWebProtocol(MessageCodec.Proto, type, text: false),
            "application/grpc-web+json" => new GrpcWebProtocol(MessageCodec.Json, type, text: false),
            "application/grpc-web-text" or "application/grpc-web-text+proto" => new GrpcWebProtocol(MessageCodec.Proto, type, text: true),
            "application/proto" => new ConnectProtocol(MessageCodec.Proto),
            "application/json" => new ConnectProtocol(MessageCodec.Json),
            _ => null,
        };
    }

    /// <summary>Every content type above, for the header that tells a client what it may send.</summary>
    public const string ContentTypes =
        "application/grpc, application/grpc+json, application/grpc+proto, application/grpc-web, application/grpc-web+json, "
        + "application/grpc-web+proto, application/grpc-web-text, application/grpc-web-text+proto, application/json, application/proto";

    /// <summary>Percent-encodes everything but printable ASCII (gRPC over HTTP/2, Status-Message).</summary>
    protected static string Escape(string message)
    {
        StringBuilder escaped = new(message.Length);
        foreach (byte b in Encoding.UTF8.GetBytes(message))
        {
            if (b is >= 0x20 and <= 0x7e and not (byte)'%') escaped.Append((char)b);
            else escaped.Append('%').Append(Convert.ToHexString([b]));
        }
        return escaped.ToString();
    }

    /// <summary>Writes binary metadata, which is base64 without padding.</summary>
    protected static string Binary(IMessage message) => Convert.ToBase64String(message.ToByteArray()).TrimEnd('=');

    /// <summary>Tells what a set compression flag means; null for nothing.</summary>
    /// <exception cref="ZitadelException">UNIMPLEMENTED, with the encodings that are known.</exception>
    protected static string? Compression(DialectCall call)
    {
        string? encoding = call.Request.Headers["grpc-encoding"];
        if (encoding is null or "" or "identity" or "gzip") return encoding;
        call.Response.Headers["grpc-accept-encoding"] = "gzip,identity";
        throw new ZitadelException(new(StatusCode.Unimplemented, "unknown compression: supported encodings are gzip, identity"));
    }

    /// <summary>Tells what a caller is told besides the error.</summary>
    protected static void AddRetryAfter(DialectCall call, ZitadelError error)
    {
        if (error.Code == StatusCode.Unavailable) call.Response.Headers.RetryAfter = "1";
    }
}
