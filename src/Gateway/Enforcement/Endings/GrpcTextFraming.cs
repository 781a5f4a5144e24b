using System.Buffers.Text;

namespace Gateway.Enforcement.Endings;

/// <summary>Messages of gRPC-Web in its text form: base64 (RFC 4648 section 4) in groups of four characters, padded or not where
/// the server flushed. A frame of ours may follow only where a message and a group end together.</summary>
internal sealed class GrpcTextFraming : Framing
{
    private const int GroupLength = 4;

    private readonly GrpcFraming _messages = new();
    private Group _group;
    private int _have;
    private bool _broken;

    /// <summary>Whether a trailer frame has gone by: the status is told, and nothing may follow.</summary>
    public bool Trailed => _messages.Trailed;

    public override bool AtBoundary => _have == 0 && !_broken && _messages.AtBoundary;

    protected override int Take(ReadOnlySpan<byte> bytes)
    {
        int part = Math.Min(GroupLength - _have, bytes.Length);
        bytes[..part].CopyTo(((Span<byte>)_group)[_have..]);
        _have += part;
        if (_have == GroupLength) EndGroup();
        return part;
    }

    private void EndGroup()
    {
        Span<byte> decoded = stackalloc byte[3];
        _broken |= Base64.DecodeFromUtf8(_group, decoded, out _, out int length) != System.Buffers.OperationStatus.Done;
        _messages.Advance(decoded[..length]);
        _have = 0;
    }

    [System.Runtime.CompilerServices.InlineArray(GroupLength)]
    private struct Group
    {
        private byte _first;
    }
}
