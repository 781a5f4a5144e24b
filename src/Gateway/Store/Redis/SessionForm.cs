using System.Globalization;
using Gateway.Sessions;
using StackExchange.Redis;

namespace Gateway.Store.Redis;

/// <summary>
/// How a seen session is kept: a hash at <c>PREFIX:session:REALM:ID</c> that expires by itself; sorted sets list them, the last
/// seen first: all of them, and those of each subject. A realm's name has no colon, so a member <c>REALM:ID</c> is one name only.
/// The scripts take as KEYS[1] the list of all, for Redis Cluster to find its way, and as ARGV[1] the prefix.
/// </summary>
internal static class SessionForm
{
    /// <summary>In the order in which the scripts give and take values; empty is none.</summary>
    public static readonly RedisValue[] Fields =
        ["realm", "id", "subject", "client", "second", "first", "last", "authenticated", "issued", "expires", "address", "agent", "host",
            "token", "lineage"];

    /// <summary>What the scripts begin with.</summary>
    public const string Common =
        """
        local prefix = ARGV[1]
        local names = { 'realm', 'id', 'subject', 'client', 'second', 'first', 'last', 'authenticated', 'issued', 'expires', 'address', 'agent', 'host', 'token', 'lineage' }
        local function key_of(member) return prefix .. ':session:' .. member end
        local function list_of(realm, subject) return prefix .. ':sessions:' .. realm .. ':' .. subject end
        local function drop(member)
          local s = redis.call('HMGET', key_of(member), 'realm', 'subject')
          if s[1] and s[2] then redis.call('ZREM', list_of(s[1], s[2]), member) end
          redis.call('DEL', key_of(member))
          redis.call('ZREM', KEYS[1], member)
        end

        """;

    /// <summary>What the scripts begin with that read a list: ARGV[2] and [3] are the realm and the subject of the list, empty for all.
    /// One that has expired is taken off it.</summary>
    public const string Reading = Common +
        """
        local list = ARGV[3] == '' and KEYS[1] or list_of(ARGV[2], ARGV[3])
        local flat, dropped = {}, 0
        local function read(member)
          local values = redis.call('HMGET', key_of(member), unpack(names))
          if values[1] then
            for i = 1, #names do flat[#flat + 1] = values[i] or '' end
          else
            redis.call('ZREM', list, member)
            redis.call('ZREM', KEYS[1], member)
            dropped = dropped + 1
          end
        end

        """;

    public static IEnumerable<RedisValue> Write(SeenSession session) =>
    [
        session.Realm, session.Id, session.Subject ?? "", session.Client ?? "", session.SecondClient ?? "",
        session.FirstSeen.ToUnixTimeMicroseconds(), session.LastSeen.ToUnixTimeMicroseconds(), Milliseconds(session.AuthenticatedAt),
        Milliseconds(session.IssuedAt),
        Milliseconds(session.ExpiresAt), session.Address ?? "", session.UserAgent ?? "", session.Host ?? "",
        session.IsToken ? "1" : "", session.Lineage ?? "",
    ];

    public static IReadOnlyList<SeenSession> ReadAll(RedisResult flat)
    {
        RedisValue[] values = (RedisValue[])flat!;
        List<SeenSession> sessions = new(values.Length / Fields.Length);
        for (int at = 0; at < values.Length; at += Fields.Length) sessions.Add(Read(values.AsSpan(at)));
        return sessions;
    }

    public static SeenSession Read(ReadOnlySpan<RedisValue> values) => new()
    {
        Realm = values[0]!,
        Id = values[1]!,
        Subject = Text(values[2]),
        Client = Text(values[3]),
        SecondClient = Text(values[4]),
        FirstSeen = Microseconds.ToInstant((long)values[5]),
        LastSeen = Microseconds.ToInstant((long)values[6]),
        AuthenticatedAt = Instant(values[7]),
        IssuedAt = Instant(values[8]),
        ExpiresAt = Instant(values[9]),
        Address = Text(values[10]),
        UserAgent = Text(values[11]),
        Host = Text(values[12]),
        IsToken = Text(values[13]) is not null,
        Lineage = Text(values[14]),
    };

    private static string Milliseconds(DateTimeOffset? instant)
        => instant?.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture) ?? "";

    private static DateTimeOffset? Instant(RedisValue value)
        => value.IsNullOrEmpty ? null : DateTimeOffset.FromUnixTimeMilliseconds((long)value);

    private static string? Text(RedisValue value) => value.IsNullOrEmpty ? null : (string?)value;
}
