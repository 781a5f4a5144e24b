using System.Buffers.Text;
using Gateway.Revocation;

namespace Gateway.Cluster.Redis;

/// <summary>The form of an entry of the stream: one field, <c>f</c>, with the fact's id (so that a script can tell it), the time and
/// the expiry that the log gave it in ms, and the fact, with a space between. One field, because a start on millions pays for
/// every piece of an answer.</summary>
internal static class EntryForm
{
    public static readonly ReadOnlyMemory<byte> Field = "f"u8.ToArray();

    /// <exception cref="UnknownFactException">It has another form: a newer version wrote it (rule R9).</exception>
    public static Fact Read(ReadOnlySpan<byte> value)
    {
        int id = value.IndexOf((byte)' ') + 1;
        if (id > 0 && Utf8Parser.TryParse(value[id..], out long at, out int length) && id + length < value.Length)
        {
            value = value[(id + length + 1)..];
            if (Utf8Parser.TryParse(value, out long expires, out length) && length < value.Length)
                return With(FactEncoding.Decode(value[(length + 1)..]), at, expires);
        }
        throw new UnknownFactException("An entry of the revocation log has a form that this version does not know.");
    }

    /// <summary>Gives a fact with the time and the expiry that the log gave it.</summary>
    public static Fact With(Fact fact, long at, long expires)
        => fact with { At = DateTimeOffset.FromUnixTimeMilliseconds(at), Expires = Instant(expires) };

    /// <summary>Rounds up: never forgotten a part of a millisecond early.</summary>
    public static long Milliseconds(DateTimeOffset expires)
        => expires.ToUnixTimeMilliseconds() + (expires.Ticks % TimeSpan.TicksPerMillisecond == 0 ? 0 : 1);

    // "For ever" is further than a DateTimeOffset in milliseconds can say.
    private static DateTimeOffset Instant(long milliseconds)
        => milliseconds >= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.MaxValue
            : DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
