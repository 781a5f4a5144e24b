using System.Buffers.Binary;

namespace Gateway.Enforcement.Messages;

/// <summary>Puts the messages of one direction of a WebSocket together (RFC 6455 sections 5.2 to 5.4): unmasked, whole, fragments joined,
/// control frames in between left out. Text and binary alike: servers read either as JSON.</summary>
/// <param name="most">A longer message is not put together.</param>
internal sealed class WebSocketMessages(int most)
{
    private const int OpcodeContinuation = 0x0, OpcodeText = 0x1, OpcodeBinary = 0x2;

    private readonly byte[] _header = new byte[14];
    private readonly byte[] _mask = new byte[4];
    private byte[] _message = [];
    private int _length;
    private int _have, _need = 2;
    private ulong _payload, _at;
    private bool _inPayload, _masked, _isData, _isLast, _skips;

    /// <summary>Takes bytes that go by.</summary>
    /// <param name="whole">Gets each message that is complete with them.</param>
    /// <returns>False when there was a message that cannot be read: too long, or compressed although nobody agreed to that.</returns>
    public bool Feed(ReadOnlySpan<byte> bytes, List<byte[]> whole)
    {
        bool readable = true;
        while (!bytes.IsEmpty)
        {
            if (_inPayload)
            {
                int part = (int)Math.Min(_payload - _at, (ulong)bytes.Length);
                if (_isData && !_skips) readable &= Keep(bytes[..part]);
                _at += (ulong)part;
                bytes = bytes[part..];
                if (_at == _payload) EndFrame(whole);
                continue;
            }
            int taken = Math.Min(_need - _have, bytes.Length);
            bytes[..taken].CopyTo(_header.AsSpan(_have));
            _have += taken;
            bytes = bytes[taken..];
            if (_have == 2) _need = 2 + LengthBytes + ((_header[1] & 0x80) != 0 ? 4 : 0);
            if (_have == _need) readable &= BeginFrame(whole);
        }
        return readable;
    }

    private int LengthBytes => (_header[1] & 0x7F) switch { 126 => 2, 127 => 8, _ => 0 };

    private bool BeginFrame(List<byte[]> whole)
    {
        int opcode = _header[0] & 0x0F;
        _isData = opcode is OpcodeContinuation or OpcodeText or OpcodeBinary;
        _isLast = (_header[0] & 0x80) != 0;
        _payload = LengthBytes switch
        {
            2 => BinaryPrimitives.ReadUInt16BigEndian(_header.AsSpan(2)),
            8 => BinaryPrimitives.ReadUInt64BigEndian(_header.AsSpan(2)),
            _ => (ulong)(_header[1] & 0x7F),
        };
        _masked = (_header[1] & 0x80) != 0;
        if (_masked) _header.AsSpan(_need - 4, 4).CopyTo(_mask);
        _at = 0;
        _inPayload = true;
        bool readable = !_isData || (_header[0] & 0x70) == 0;
        if (!readable) _skips = true;
        if (_payload == 0) EndFrame(whole);
        return readable;
    }

    private bool Keep(ReadOnlySpan<byte> part)
    {
        if (part.Length > most - _length)
        {
            _skips = true;
            _message = [];
            _length = 0;
            return false;
        }
        if (_message.Length < _length + part.Length)
            Array.Resize(ref _message, Math.Max(_length + part.Length, Math.Min(most, _length * 2)));
        Span<byte> kept = _message.AsSpan(_length, part.Length);
        part.CopyTo(kept);
        if (_masked)
            for (int i = 0; i < kept.Length; i++) kept[i] ^= _mask[(int)((_at + (ulong)i) & 3)];
        _length += part.Length;
        return true;
    }

    private void EndFrame(List<byte[]> whole)
    {
        _inPayload = false;
        _have = 0;
        _need = 2;
        if (!_isData || !_isLast) return;
        if (!_skips) whole.Add(_message.AsSpan(0, _length).ToArray());
        _message = [];
        _length = 0;
        _skips = false;
    }
}
