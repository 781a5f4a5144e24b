using System.Globalization;
using System.Text;
using Google.Protobuf;

namespace Gateway.Dialects.Zitadel;

/// <summary>gRPC-Web: the same frames over any version of HTTP, the trailers in a frame of their own; as bytes or, for
/// <c>grpc-web-text</c>, as base64.</summary>
internal sealed class GrpcWebProtocol(MessageCodec codec, string contentType, bool text) : WireProtocol
{
    public override async Task<T> ReadAsync<T>(DialectCall call, MessageParser<T> parser)
    {
        string? compression = Compression(call);
        byte[] body = await call.BodyAsync();
        return codec.Read(parser, Frames.ReadOne(text ? FromBase64(body) : body, compression));
    }

    public override Task AnswerAsync(DialectCall call, IMessage message)
        => WriteAsync(call, Frames.Write(0, codec.Write(message)), "grpc-status: 0\r\n");

    public override Task RefuseAsync(DialectCall call, ZitadelError error)
    {
        AddRetryAfter(call, error);
        StringBuilder trailers = new();
        trailers.Append(CultureInfo.InvariantCulture, $"grpc-status: {(int)error.Code}\r\ngrpc-message: {Escape(error.Message)}\r\n");
        if (error.Detail is not null)
            trailers.Append(CultureInfo.InvariantCulture, $"grpc-status-details-bin: {Binary(error.Status())}\r\n");
        return WriteAsync(call, [], trailers.ToString());
    }

    private Task WriteAsync(DialectCall call, byte[] frame, string trailers)
    {
        byte[] body = [.. frame, .. Frames.Write(Frames.Trailers, Encoding.ASCII.GetBytes(trailers))];
        if (text) body = Encoding.ASCII.GetBytes(Convert.ToBase64String(body));
        call.Response.StatusCode = 200;
        call.Response.ContentType = contentType;
        call.Response.ContentLength = body.Length;
        return call.Response.Body.WriteAsync(body).AsTask();
    }

    // Each piece that a client flushed is padded for itself, so padding may stand in the middle.
    private static byte[] FromBase64(byte[] body)
    {
        if (body.Length % 4 != 0) throw NotBase64();
        using MemoryStream decoded = new(body.Length);
        Span<byte> three = stackalloc byte[3];
        for (int at = 0; at < body.Length; at += 4)
        {
            if (System.Buffers.Text.Base64.DecodeFromUtf8(body.AsSpan(at, 4), three, out int consumed,
                out int written) != System.Buffers.OperationStatus.Done || consumed != 4)
                throw NotBase64();
            decoded.Write(three[..written]);
        }
        return decoded.ToArray();
    }

    private static ZitadelException NotBase64() => new(ZitadelError.Malformed("the body is not base64"));
}
