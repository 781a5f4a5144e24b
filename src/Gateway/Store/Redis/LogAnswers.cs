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
            if (fields[i].StartsWith("a:", StringComparison.Ordinal) && fields[i + 1].Split('|') is [var reign, var number])
                applied[fields[i][2..]] = new LogPosition(reign, long.Parse(number, CultureInfo.InvariantCulture));
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

    /// <summary>A page of the log: number and fact of each entry, with the time and expiry that the log gave it; up to an
    /// entry that this version does not know.</summary>
    /// <exception cref="UnknownFactException">The very first is one (rule R9).</exception>
    public static List<(long Number, Fact Fact)> Page(RedisResult page)
    {
        RedisValue[] flat = (RedisValue[])page!;
        List<(long, Fact)> entries = new(flat.Length / 4);
        for (int i = 0; i + 3 < flat.Length; i += 4)
        {
            try
            {
                entries.Add(((long)flat[i], Fact(flat[i + 1], (long)flat[i + 2], (long)flat[i + 3])));
            }
            catch (UnknownFactException) when (entries.Count > 0)
            {
                break;
            }
        }
        return entries;
    }

    /// <summary>A plain range of the stream; as <see cref="Page"/>.</summary>
    /// <exception cref="UnknownFactException">The very first is one (rule R9).</exception>
    public static List<(long Number, Fact Fact)> Range(RedisResult[] range)
    {
        List<(long, Fact)> entries = new(range.Length);
        foreach (RedisResult entry in range)
        {
            RedisResult[] fields = (RedisResult[])((RedisResult[])entry!)[1]!;
            try
            {
                if (fields.Length != 8 || !Is(fields[0], 'i') || !Is(fields[2], 'f') || !Is(fields[4], 'a') || !Is(fields[6], 'x'))
                    throw new UnknownFactException("An entry of the revocation log has a form that this version does not know.");
                entries.Add((NumberOf(entry), Fact((byte[])fields[3]!, (long)fields[5], (long)fields[7])));
            }
            catch (UnknownFactException) when (entries.Count > 0)
            {
                break;
            }
        }
        return entries;
    }

    private static bool Is(RedisResult field, char name) => (byte[])field! is [var letter] && letter == name;

    /// <summary>The number of an entry of a range: the first part of its id.</summary>
    public static long NumberOf(RedisResult entry)
    {
        ReadOnlySpan<byte> id = (byte[])((RedisResult[])entry!)[0]!;
        return long.Parse(id[..id.IndexOf((byte)'-')], NumberStyles.None, CultureInfo.InvariantCulture);
    }

    public static Fact Fact(byte[]? encoded, long at, long expires)
        => FactEncoding.Decode(encoded) with { At = DateTimeOffset.FromUnixTimeMilliseconds(at), Expires = Instant(expires) };

    public static long Number(RedisResult value) => long.Parse((string)value!, CultureInfo.InvariantCulture);

    // "For ever" is further than a DateTimeOffset in milliseconds can say.
    public static DateTimeOffset Instant(long milliseconds)
        => milliseconds >= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() ? DateTimeOffset.MaxValue : DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    // Rounded up: never forgotten a part of a millisecond early.
    public static long Milliseconds(DateTimeOffset expires)
        => expires.ToUnixTimeMilliseconds() + (expires.Ticks % TimeSpan.TicksPerMillisecond == 0 ? 0 : 1);
}
