namespace Gateway.Enforcement.Endings;

/// <summary>Follows the frames in one direction of a stream of bytes, however they are split, without keeping any of them.</summary>
internal abstract class Framing
{
    /// <summary>Whether everything that went by ended with a whole frame, so that a frame of ours may follow.</summary>
    public abstract bool AtBoundary { get; }

    /// <summary>Takes bytes that go by.</summary>
    public void Advance(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty) bytes = bytes[Take(bytes)..];
    }

    /// <summary>Tells how many of the next bytes belong to the frame that has begun; 0 at a boundary. They are taken.</summary>
    public int AdvanceToBoundary(ReadOnlySpan<byte> bytes)
    {
        int taken = 0;
        while (!AtBoundary && taken < bytes.Length) taken += Take(bytes[taken..]);
        return taken;
    }

    /// <summary>Takes at least one byte and never goes past the end of a frame.</summary>
    protected abstract int Take(ReadOnlySpan<byte> bytes);
}
