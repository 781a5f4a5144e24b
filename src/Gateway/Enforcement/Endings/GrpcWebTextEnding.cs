using System.Text;

namespace Gateway.Enforcement.Endings;

/// <summary>gRPC-Web in base64: the same, where a message and a group of four characters end together.</summary>
internal sealed class GrpcWebTextEnding : GrpcEnding
{
    private readonly GrpcTextFraming _frames;

    public GrpcWebTextEnding() : this(new GrpcTextFraming()) { }

    private GrpcWebTextEnding(GrpcTextFraming frames) : base(frames) => _frames = frames;

    protected override byte[] LastWords(ProxiedExchange exchange)
        => !_frames.AtBoundary || _frames.Trailed
            ? []
            : Encoding.ASCII.GetBytes(Convert.ToBase64String(GrpcWebEnding.TrailerFrame(exchange)));
}
