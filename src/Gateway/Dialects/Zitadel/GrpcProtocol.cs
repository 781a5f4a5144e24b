using System.Globalization;
using Google.Protobuf;

namespace Gateway.Dialects.Zitadel;

/// <summary>gRPC over HTTP/2, one message each way. Any <c>grpc-timeout</c> is longer than an answer takes, so it is not
/// looked at; a client that gives up closes the stream.</summary>
internal sealed class GrpcProtocol(MessageCodec codec, string contentType) : WireProtocol
{
    public override async Task<T> ReadAsync<T>(DialectCall call, MessageParser<T> parser)
    {
        string? compression = Compression(call);
        return codec.Read(parser, Frames.ReadOne(await call.BodyAsync(), compression));
    }

    public override async Task AnswerAsync(DialectCall call, IMessage message)
    {
        Begin(call);
        byte[] frame = Frames.Write(0, codec.Write(message));
        call.Response.DeclareTrailer("grpc-status");
        await call.Response.Body.WriteAsync(frame);
        call.Response.AppendTrailer("grpc-status", "0");
    }

    /// <summary>Trailers only: what stands in the first block of headers is the whole answer.</summary>
    public override Task RefuseAsync(DialectCall call, ZitadelError error)
    {
        Begin(call);
        AddRetryAfter(call, error);
        call.Response.Headers["grpc-status"] = ((int)error.Code).ToString(CultureInfo.InvariantCulture);
        call.Response.Headers["grpc-message"] = Escape(error.Message);
        if (error.Detail is not null) call.Response.Headers["grpc-status-details-bin"] = Binary(error.Status());
        return Task.CompletedTask;
    }

    private void Begin(DialectCall call)
    {
        call.Response.StatusCode = 200;
        call.Response.ContentType = contentType;
    }
}
