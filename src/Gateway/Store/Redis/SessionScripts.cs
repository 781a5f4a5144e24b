namespace Gateway.Store.Redis;

/// <summary>
/// The scripts of the session registry. A session is a hash at <c>PREFIX:session:REALM:ID</c> that expires by itself; sorted
/// sets list them, the last seen first: all of them, and those of each subject. A realm's name has no colon, so a member
/// <c>REALM:ID</c> is one name only. KEYS[1]: the list of all, for Redis Cluster to find its way. ARGV[1]: the prefix.
/// </summary>
internal static class SessionScripts
{
    public const int Fields = 13;

    private const string Common =
        """
        local prefix = ARGV[1]
        local function key_of(member) return prefix .. ':session:' .. member end
        local function list_of(realm, subject) return prefix .. ':sessions:' .. realm .. ':' .. subject end
        local function drop(member)
          local s = redis.call('HMGET', key_of(member), 'realm', 'subject')
          if s[1] and s[2] then redis.call('ZREM', list_of(s[1], s[2]), member) end
          redis.call('DEL', key_of(member))
          redis.call('ZREM', KEYS[1], member)
        end

        """;

    /// <summary>Merges as <see cref="Sessions.SeenSession.With"/> says. ARGV, for each: how long it is kept from when it was last seen, in ms, then
    /// realm, id, subject, client, second client, first seen and last seen in µs, authenticated, issued and expires in ms, address, user agent, host; empty is none.</summary>
    public static readonly RedisScript Save = new(Common +
        """
        local names = { 'realm', 'id', 'subject', 'client', 'second', 'first', 'last', 'authenticated', 'issued', 'expires', 'address', 'agent', 'host' }
        for at = 2, #ARGV, 14 do
          local kept = tonumber(ARGV[at])
          local new = {}
          for i = 1, 13 do new[names[i]] = ARGV[at + i] end
          local member = new.realm .. ':' .. new.id
          local key = key_of(member)
          local old = redis.call('HMGET', key, 'first', 'last', 'expires', 'subject')
          local newer = true
          if old[2] then
            newer = tonumber(new.last) >= tonumber(old[2])
            local first = math.min(tonumber(new.first), tonumber(old[1]))
            local expires = ''
            if new.expires ~= '' and old[3] and old[3] ~= '' then expires = string.format('%.0f', math.max(tonumber(new.expires), tonumber(old[3]))) end
            new.first, new.expires = string.format('%.0f', first), expires
            if newer and old[4] and old[4] ~= '' and old[4] ~= new.subject then redis.call('ZREM', list_of(new.realm, old[4]), member) end
          end
          if newer then
            local values = {}
            for i = 1, 13 do values[i * 2 - 1] = names[i]; values[i * 2] = new[names[i]] end
            redis.call('HSET', key, unpack(values))
            redis.call('ZADD', KEYS[1], -tonumber(new.last), member)
            if new.subject ~= '' then
              local list = list_of(new.realm, new.subject)
              redis.call('ZADD', list, -tonumber(new.last), member)
              if redis.call('PTTL', list) < kept then redis.call('PEXPIRE', list, kept) end
            end
          else
            redis.call('HSET', key, 'first', new.first, 'expires', new.expires)
          end
          if redis.call('PTTL', key) < kept then redis.call('PEXPIRE', key, kept) end
        end
        return 1
        """);

    private const string Reading = Common +
        """
        local list = ARGV[3] == '' and KEYS[1] or list_of(ARGV[2], ARGV[3])
        local flat, dropped = {}, 0
        local function read(member)
          local values = redis.call('HMGET', key_of(member), 'realm', 'id', 'subject', 'client', 'second', 'first', 'last', 'authenticated', 'issued', 'expires', 'address', 'agent', 'host')
          if values[1] then
            for i = 1, 13 do flat[#flat + 1] = values[i] or '' end
          else
            redis.call('ZREM', list, member)
            redis.call('ZREM', KEYS[1], member)
            dropped = dropped + 1
          end
        end

        """;

    /// <summary>ARGV: 2 realm and 3 subject of the list (empty: all), 4 offset, 5 count. Answers with how many members it looked at, how
    /// many it dropped because they had expired, and 13 values for each that is there.</summary>
    public static readonly RedisScript Page = new(Reading +
        """
        local members = redis.call('ZRANGE', list, ARGV[4], ARGV[4] + ARGV[5] - 1)
        for _, member in ipairs(members) do read(member) end
        return { #members, dropped, flat }
        """);

    /// <summary>ARGV: 2 realm and 3 subject of the list (empty: all), 4 cursor, 5 about how many. Answers with the next cursor, 0 at the end,
    /// and 13 values for each that is there.</summary>
    public static readonly RedisScript Scan = new(Reading +
        """
        local scanned = redis.call('ZSCAN', list, ARGV[4], 'COUNT', ARGV[5])
        for i = 1, #scanned[2], 2 do read(scanned[2][i]) end
        return { scanned[1], flat }
        """);

    /// <summary>ARGV: 2 members that were last seen at or before this (µs) go once they have expired too, 3 now (ms), 4 how many may stay, 5 members at most. Answers with how many went.</summary>
    public static readonly RedisScript Forget = new(Common +
        """
        local gone = 0
        local unseen = redis.call('ZRANGEBYSCORE', KEYS[1], -tonumber(ARGV[2]), '+inf', 'LIMIT', 0, ARGV[5])
        for _, member in ipairs(unseen) do
          local expires = redis.call('HGET', key_of(member), 'expires')
          if not expires or expires == '' or tonumber(expires) <= tonumber(ARGV[3]) then
            drop(member)
            gone = gone + 1
          end
        end
        local over = redis.call('ZCARD', KEYS[1]) - ARGV[4]
        if over > 0 then
          for _, member in ipairs(redis.call('ZRANGE', KEYS[1], -math.min(over, ARGV[5]), -1)) do
            drop(member)
            gone = gone + 1
          end
        end
        return gone
        """);
}
