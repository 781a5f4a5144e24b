using System.Buffers.Binary;

namespace Gateway.Enforcement.Endings;

/// <summary>Length-prefixed messages of gRPC and gRPC-Web: one byte of flags, four of length, the message.</summary>
internal sealed class GrpcFraming : Framing
{
    private const int PrefixLength = 5;

    private Prefix _prefix;
    private int _have;
    private uint _left;

    /// <summary>Whether a gRPC-Web trailer frame has gone by: the status is told, and nothing may follow.</summary>
    public bool Trailed { get; private set; }

    public override bool AtBoundary => _have == 0;

    protected override int Take(ReadOnlySpan<byte> bytes)
    {
        if (_have < PrefixLength)
        {
            int part = Math.Min(PrefixLength - _have, bytes.Length);
            bytes[..part].CopyTo(((Span<byte>)_prefix)[_have..]);
            _have += part;
            if (_have == PrefixLength)
            {
                _left = BinaryPrimitives.ReadUInt32BigEndian(((ReadOnlySpan<byte>)_prefix)[1..]);
                if (_left == 0) EndMessage();
            }
            return part;
        }

        int taken = (int)Math.Min(_left, (uint)bytes.Length);
        _left -= (uint)taken;
        if (_left == 0) EndMessage();
        return taken;
    }

    private void EndMessage()
    {
        if ((_prefix[0] & 0x80) != 0) Trailed = true;
        _have = 0;
    }

    [System.Runtime.CompilerServices.InlineArray(PrefixLength)]
    private struct Prefix
    {
        private byte _first;
    }
}
