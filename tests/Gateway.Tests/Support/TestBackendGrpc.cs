using System.Buffers.Binary;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Support;

/// <summary>gRPC as it is on the wire (length-prefixed messages, status in trailers) without a generated service: messages
/// are echoed bytes, so that any client with any message type can call it.</summary>
internal static class TestBackendGrpc
{
    public static async Task HandleAsync(TestBackend backend, HttpContext context)
    {
        context.Response.ContentType = "application/grpc";
        CancellationToken aborted = context.RequestAborted;
        switch (context.Request.Path.Value)
        {
            case "/grpc.Test/HoldUnary":
                await ReadMessageAsync(context.Request.Body, aborted);
                await backend.HeldAsync(aborted);
                await WriteMessageAsync(context.Response, "released"u8.ToArray(), aborted);
                break;
            case "/grpc.Test/ServerStream":
                byte[] asked = await ReadMessageAsync(context.Request.Body, aborted) ?? [];
                while (true)
                {
                    await WriteMessageAsync(context.Response, asked, aborted);
                    await Task.Delay(10, aborted);
                }
            default:
                while (await ReadMessageAsync(context.Request.Body, aborted) is { } message)
                {
                    backend.Receive(Encoding.UTF8.GetString(message), message.Length);
                    await WriteMessageAsync(context.Response, message, aborted);
                }
                break;
        }
        context.Response.AppendTrailer("grpc-status", "0");
    }

    public static byte[] Frame(byte[] message)
    {
        byte[] frame = new byte[5 + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        return frame;
    }

    private static async Task WriteMessageAsync(HttpResponse response, byte[] message, CancellationToken cancellation)
    {
        await response.Body.WriteAsync(Frame(message), cancellation);
        await response.Body.FlushAsync(cancellation);
    }

    /// <summary>The next message, or null at the end of the stream.</summary>
    public static async Task<byte[]?> ReadMessageAsync(Stream body, CancellationToken cancellation)
    {
        byte[] prefix = new byte[5];
        int read = await body.ReadAtLeastAsync(prefix, 5, throwOnEndOfStream: false, cancellation);
        if (read < 5) return null;
        byte[] message = new byte[BinaryPrimitives.ReadInt32BigEndian(prefix.AsSpan(1))];
        await body.ReadExactlyAsync(message, cancellation);
        return message;
    }
}
