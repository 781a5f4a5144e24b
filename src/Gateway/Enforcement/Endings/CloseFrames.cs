using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.Enforcement.Endings;

/// <summary>WebSocket Close frames (RFC 6455 section 5.5.1).</summary>
internal sealed class CloseFrames(EnforcementOptions options)
{
    private const int GoingAway = 1001;
    private const int PolicyViolation = 1008;
    private const int TryAgainLater = 1013;   // registered with IANA, as 1012 and 1014

    private readonly byte[] _ended = Payload(options.CloseCode, options.CloseReason);
    private readonly byte[] _stale = Payload(TryAgainLater, "try again later");
    private readonly byte[] _unreadable = Payload(PolicyViolation, "message cannot be read");
    private readonly byte[] _stopping = Payload(GoingAway, "going away");

    /// <summary>Makes it as a server sends it.</summary>
    public byte[] ToClient(EndCause cause)
    {
        byte[] payload = For(cause);
        return [0x88, (byte)payload.Length, .. payload];
    }

    /// <summary>Makes it as a client sends it: masked with a key that nobody can foresee (section 5.3).</summary>
    public byte[] ToBackend(EndCause cause)
    {
        byte[] payload = For(cause);
        byte[] frame = new byte[6 + payload.Length];
        frame[0] = 0x88;
        frame[1] = (byte)(0x80 | payload.Length);
        Span<byte> mask = frame.AsSpan(2, 4);
        RandomNumberGenerator.Fill(mask);
        for (int i = 0; i < payload.Length; i++) frame[6 + i] = (byte)(payload[i] ^ mask[i & 3]);
        return frame;
    }

    private byte[] For(EndCause cause) => cause switch
    {
        EndCause.Stale or EndCause.Unavailable => _stale,
        EndCause.Stopping => _stopping,
        EndCause.Unreadable => _unreadable,
        _ => _ended,
    };

    // A control frame carries at most 125 bytes: the code and 123 of the reason, cut between characters.
    private static byte[] Payload(int code, string reason)
    {
        Span<byte> text = stackalloc byte[123];
        Encoding.UTF8.GetEncoder().Convert(reason, text, flush: true, out _, out int written, out _);
        byte[] payload = new byte[2 + written];
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)code);
        text[..written].CopyTo(payload.AsSpan(2));
        return payload;
    }
}
