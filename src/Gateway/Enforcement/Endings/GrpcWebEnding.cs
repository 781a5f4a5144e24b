using System.Buffers.Binary;
using System.Text;

namespace Gateway.Enforcement.Endings;

/// <summary>gRPC-Web: the status comes in a last frame of the body.</summary>
internal sealed class GrpcWebEnding : GrpcEnding
{
    private readonly GrpcFraming _frames;

    public GrpcWebEnding() : this(new GrpcFraming()) { }

    private GrpcWebEnding(GrpcFraming frames) : base(frames) => _frames = frames;

    protected override byte[] LastWords(ProxiedExchange exchange) => !_frames.AtBoundary || _frames.Trailed ? [] : TrailerFrame(exchange);

    /// <summary>Gives a frame with the trailers as text.</summary>
    internal static byte[] TrailerFrame(ProxiedExchange exchange)
    {
        byte[] text = Encoding.ASCII.GetBytes($"grpc-status:{StatusOf(exchange)}\r\ngrpc-message:{MessageOf(exchange)}\r\n");
        byte[] frame = new byte[5 + text.Length];
        frame[0] = 0x80;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), text.Length);
        text.CopyTo(frame, 5);
        return frame;
    }
}
