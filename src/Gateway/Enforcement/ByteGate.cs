using Gateway.Enforcement.Endings;

namespace Gateway.Enforcement;

/// <summary>
/// The seal of an exchange, and the two flags by which every chunk passes. A chunk raises the flag of its direction, then looks at the
/// seal, and lowers the flag when it has been handed on; whoever seals does it the other way round. So after the seal and a lowered
/// flag nothing passes any more.
/// </summary>
internal struct ByteGate
{
    private int _cause;
    private int _toClient;
    private int _toBackend;

    public readonly bool IsSealed => Volatile.Read(in _cause) != 0;

    public readonly EndCause Cause => (EndCause)Volatile.Read(in _cause);

    /// <summary>Stops both directions at once. False when it was sealed before.</summary>
    public bool Seal(EndCause cause) => Interlocked.CompareExchange(ref _cause, (int)cause, 0) == 0;

    /// <summary>Raises the flag before a chunk is handed to the client. False: sealed, and the flag is down again.</summary>
    public bool RaiseToClient() => Raise(ref _toClient);

    public void LowerToClient() => Volatile.Write(ref _toClient, 0);

    public readonly bool IsPassingToClient => Volatile.Read(in _toClient) != 0;

    /// <summary>Raises the flag before a chunk is handed to the backend. The flag stays up until the proxy comes for the next.</summary>
    public bool RaiseToBackend() => Raise(ref _toBackend);

    public void LowerToBackend() => Volatile.Write(ref _toBackend, 0);

    public readonly bool IsPassingToBackend => Volatile.Read(in _toBackend) != 0;

    /// <summary>Raises it for the rest of a frame, after the seal: the flag tells whoever cuts it off to wait.</summary>
    public void RaiseAfterSeal() => Interlocked.Exchange(ref _toClient, 1);

    private bool Raise(ref int flag)
    {
        Interlocked.Exchange(ref flag, 1);   // a full fence between the flag and the look at the seal
        if (Volatile.Read(in _cause) == 0) return true;
        Volatile.Write(ref flag, 0);
        return false;
    }
}
