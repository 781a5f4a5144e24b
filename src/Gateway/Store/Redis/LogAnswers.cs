using System.Buffers.Text;
using System.Globalization;
using Gateway.Cluster;
using Gateway.Revocation;
using StackExchange.Redis;

namespace Gateway.Store.Redis;

/// <summary>Reads what the scripts answer.</summary>
internal static class LogAnswers
{
    public static ClusterState State(RedisResult answer)
    {
        RedisResult[] parts = (RedisResult[])answer!;
        long now = Number(parts[4]);
        string[] fields = (string[])parts[5]!;
        Dictionary<string, LogPosition> applied = [];
        for (int i = 0; i + 1 < fields.Length; i += 2)
            if (fields[i].StartsWith("a:", StringComparison.Ordinal) && fields[i + 1].Split('|') is [var epoch, var number])
                applied[fields[i][2..]] = new LogPosition(epoch, long.Parse(number, CultureInfo.InvariantCulture));
        List<NodeLease> nodes = new(fields.Length / 4);
        for (int i = 0; i + 1 < fields.Length; i += 2)
            if (!fields[i].StartsWith("a:", StringComparison.Ordinal) && fields[i + 1].Split('|') is [var serial, var holds, var ends, var length, var serves, var repairing, var version, var address])
                nodes.Add(Lease(fields[i], serial, holds, ends, length, serves, repairing, version, address, now, applied.GetValueOrDefault(fields[i], LogPosition.Start)));
        return new ClusterState((string)parts[0]!, Number(parts[1]), (string)parts[2]! == "1", Number(parts[3]), DateTimeOffset.FromUnixTimeMilliseconds(now), Number(parts[6]), nodes);
    }

    private static NodeLease Lease(string id, string serial, string holds, string ends, string length, string serves, string repairing, string version, string address, long now, LogPosition applied)
    {
        long end = long.Parse(ends, CultureInfo.InvariantCulture), milliseconds = long.Parse(length, CultureInfo.InvariantCulture);
        return new NodeLease(
            id, long.Parse(serial, CultureInfo.InvariantCulture), holds == "1", NodeLease.IsOver(end, now, milliseconds), TimeSpan.FromMilliseconds(milliseconds),
            DateTimeOffset.FromUnixTimeMilliseconds(end), applied, serves == "1", repairing == "1", version, address);
    }

    /// <summary>A page of the log: number and fact of each entry, up to an entry that this version does not know. An entry has
    /// one field, <c>f</c>: the fact's id (so that a script can tell it), the time and the expiry that the log gave it in ms, and
    /// the fact, with a space between. One field, because a start on millions pays for every piece of an answer.</summary>
    /// <exception cref="UnknownFactException">The very first is one (rule R9).</exception>
    public static List<(long Number, Fact Fact)> Page(RedisResult page)
    {
        RedisValue[] flat = (RedisValue[])page!;
        return UpToUnknown(flat.Length / 2, i => ((long)flat[2 * i], Entry(flat[2 * i + 1])));
    }

    /// <summary>A plain range of the stream; as <see cref="Page"/>.</summary>
    /// <exception cref="UnknownFactException">The very first is one (rule R9).</exception>
    public static List<(long Number, Fact Fact)> Range(RedisResult[] range) => UpToUnknown(range.Length, i =>
    {
        RedisResult[] fields = (RedisResult[])((RedisResult[])range[i]!)[1]!;
        bool known = fields.Length == 2 && (byte[])fields[0]! is [(byte)'f'];
        return (NumberOf(range[i]), Entry(known ? (byte[])fields[1]! : null));
    });

    private static List<(long, Fact)> UpToUnknown(int count, Func<int, (long, Fact)> entry)
    {
        List<(long, Fact)> entries = new(count);
        for (int i = 0; i < count; i++)
        {
            try { entries.Add(entry(i)); }
            catch (UnknownFactException) when (entries.Count > 0) { break; }
        }
        return entries;
    }

    private static Fact Entry(ReadOnlySpan<byte> value)
    {
        int id = value.IndexOf((byte)' ') + 1;
        if (id > 0 && Utf8Parser.TryParse(value[id..], out long at, out int length) && id + length < value.Length)
        {
            value = value[(id + length + 1)..];
            if (Utf8Parser.TryParse(value, out long expires, out length) && length < value.Length) return Fact(value[(length + 1)..], at, expires);
        }
        throw new UnknownFactException("An entry of the revocation log has a form that this version does not know.");
    }

    /// <summary>The number of an entry of a range: the first part of its id.</summary>
    public static long NumberOf(RedisResult entry)
    {
        ReadOnlySpan<byte> id = (byte[])((RedisResult[])entry!)[0]!;
        return long.Parse(id[..id.IndexOf((byte)'-')], NumberStyles.None, CultureInfo.InvariantCulture);
    }

    public static Fact Fact(ReadOnlySpan<byte> encoded, long at, long expires)
        => FactEncoding.Decode(encoded) with { At = DateTimeOffset.FromUnixTimeMilliseconds(at), Expires = Instant(expires) };

    public static long Number(RedisResult value) => long.Parse((string)value!, CultureInfo.InvariantCulture);

    // "For ever" is further than a DateTimeOffset in milliseconds can say.
    public static DateTimeOffset Instant(long milliseconds)
        => milliseconds >= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() ? DateTimeOffset.MaxValue : DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    // Rounded up: never forgotten a part of a millisecond early.
    public static long Milliseconds(DateTimeOffset expires)
        => expires.ToUnixTimeMilliseconds() + (expires.Ticks % TimeSpan.TicksPerMillisecond == 0 ? 0 : 1);
}
