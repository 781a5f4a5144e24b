namespace Gateway.Enforcement.Endings;

/// <summary>Where an event may begin in <c>text/event-stream</c>: at the start, and after an empty line. Lines end with CR,
/// LF or both (HTML standard, "Parsing an event stream"). Unlike frames, an event that is cut short does no harm: readers
/// drop it.</summary>
internal sealed class EventFraming : Framing
{
    private bool _lineIsEmpty = true;
    private bool _afterCarriageReturn;
    private bool _boundary = true;

    public override bool AtBoundary => _boundary;

    protected override int Take(ReadOnlySpan<byte> bytes)
    {
        // Only the end of what goes by decides, so all but the last line is skipped.
        int last = bytes.Length >= 2 ? bytes[..^1].LastIndexOfAnyExcept((byte)'\r', (byte)'\n') : -1;
        if (last > 0)
        {
            _lineIsEmpty = _afterCarriageReturn = _boundary = false;
            bytes = bytes[(last + 1)..];
        }
        foreach (byte b in bytes) Step(b);
        return last > 0 ? last + 1 + bytes.Length : bytes.Length;
    }

    private void Step(byte b)
    {
        switch (b)
        {
            case (byte)'\n' when _afterCarriageReturn:
                _afterCarriageReturn = false;   // the second half of a line end that was counted
                break;
            case (byte)'\r' or (byte)'\n':
                _boundary = _lineIsEmpty;
                _lineIsEmpty = true;
                _afterCarriageReturn = b == '\r';
                break;
            default:
                _lineIsEmpty = _afterCarriageReturn = _boundary = false;
                break;
        }
    }
}
