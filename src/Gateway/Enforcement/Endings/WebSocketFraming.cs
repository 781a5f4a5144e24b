using System.Buffers.Binary;

namespace Gateway.Enforcement.Endings;

/// <summary>Frames of RFC 6455 section 5.2, in either direction: their headers are read, their payload is only counted.
/// Fragments, control frames in between and compressed messages (RFC 7692) are frames like any other.</summary>
internal sealed class WebSocketFraming : Framing
{
    private const byte OpcodeClose = 0x8;

    private Header _header;
    private int _have;           // bytes of the header that were seen
    private int _need = 2;       // bytes that the header has, as far as is known
    private ulong _payload;      // bytes of the payload that are to come
    private bool _inPayload;

    /// <summary>Whether a whole Close frame has gone by: nothing but the end may follow it.</summary>
    public bool Closed { get; private set; }

    public override bool AtBoundary => _have == 0 && !_inPayload;

    protected override int Take(ReadOnlySpan<byte> bytes)
    {
        if (_inPayload)
        {
            int taken = (int)Math.Min(_payload, (ulong)bytes.Length);
            _payload -= (ulong)taken;
            if (_payload == 0) EndFrame();
            return taken;
        }

        int part = Math.Min(_need - _have, bytes.Length);
        bytes[..part].CopyTo(((Span<byte>)_header)[_have..]);
        _have += part;
        if (_have == 2) _need = 2 + LengthBytes + ((_header[1] & 0x80) != 0 ? 4 : 0);
        if (_have == _need) EndHeader();
        return part;
    }

    private int LengthBytes => (_header[1] & 0x7F) switch { 126 => 2, 127 => 8, _ => 0 };

    private void EndHeader()
    {
        ReadOnlySpan<byte> header = _header;
        _payload = LengthBytes switch
        {
            2 => BinaryPrimitives.ReadUInt16BigEndian(header[2..]),
            8 => BinaryPrimitives.ReadUInt64BigEndian(header[2..]),
            _ => (ulong)(header[1] & 0x7F),
        };
        _inPayload = true;
        if (_payload == 0) EndFrame();
    }

    private void EndFrame()
    {
        if ((_header[0] & 0x0F) == OpcodeClose) Closed = true;
        _inPayload = false;
        _have = 0;
        _need = 2;
    }

    [System.Runtime.CompilerServices.InlineArray(14)]
    private struct Header
    {
        private byte _first;
    }
}
