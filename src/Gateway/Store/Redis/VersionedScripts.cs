namespace Gateway.Store.Redis;

/// <summary>
/// The scripts on versioned values. Each is one step, and begins with the look at the epoch that the log's scripts begin
/// with (rule R2): what was lost with the log was lost here, too.
/// <para>KEYS: 1 the log, 2 the epoch, 3 the nodes, 4 the values, 5 the order in which they changed. ARGV: 1 what a new epoch
/// would be called, 2 the keyspace, 3 the prefix of all keys, 4 whether what is removed is so for good.</para>
/// <para>A value is its version and, unless it was removed, a space and the value.</para>
/// </summary>
internal static class VersionedScripts
{
    // Rule R3: sure is what stands here only once the epoch is 1.1 leases old and nobody repairs any more; a node whose entry
    // is not understood may (rule R17). The number of values is kept a second time: where somebody has deleted some, a new
    // epoch begins, in which every node gives back what it knows.
    private const string Settled = LogScripts.Epoch +
        """
        local noted = redis.call('HGET', KEYS[2], 'versioned:' .. ARGV[2])
        local settled = mature == '1' and 1 or 0
        local nodes = redis.call('HGETALL', KEYS[3])
        for i = 1, #nodes, 2 do
          if nodes[i]:sub(1, 2) ~= 'a:' and nodes[i + 1]:match('^[^|]*|[^|]*|[^|]*|[^|]*|[^|]*|([^|]*)|') ~= '0' then settled = 0 end
        end
        local function note() redis.call('HSET', KEYS[2], 'versioned:' .. ARGV[2], redis.call('HLEN', KEYS[4])) end
        local function record(version, value) return value and (int(version) .. ' ' .. value) or int(version) end
        local function set(key, stored)
          local last = redis.call('ZREVRANGE', KEYS[5], 0, 0, 'WITHSCORES')[2] or '0'
          redis.call('HSET', KEYS[4], key, stored)
          redis.call('ZADD', KEYS[5], int(tonumber(last) + 1), key)
          note()
        end
        local function version_of(stored) return tonumber(stored:match('^%d+')) end
        local function removed(stored) return not stored:find(' ', 1, true) end
        if not noted then
          -- What version 0.1.0 kept elsewhere. It stays there, as the way back to that version.
          if redis.call('HLEN', KEYS[4]) == 0 then
            if ARGV[2] == 'second-factors' then
              for _, key in ipairs(redis.call('SMEMBERS', ARGV[3] .. ':two-factor')) do
                local value = redis.call('GET', ARGV[3] .. ':two-factor:value:' .. key)
                if value then set(key, record(1, value)) end
              end
            elseif ARGV[2] == 'management-keys' then
              local former = redis.call('HGETALL', ARGV[3] .. ':management-keys')
              for i = 1, #former, 2 do
                local hash = former[i + 1]:gsub('.', function(byte) return string.format('%02x', byte:byte()) end)
                set(former[i], record(1, hash ~= '' and hash or nil))
              end
            end
          end
          note()
        elseif tonumber(noted) ~= redis.call('HLEN', KEYS[4]) then
          redis.call('HSET', KEYS[2], 'life', 'ended')
          settled = 0
        end

        """;

    /// <summary>ARGV: 5 the key. Answers with whether it is settled, and what stands there.</summary>
    public static readonly RedisScript Read = new(Settled + "return { settled, redis.call('HGET', KEYS[4], ARGV[5]) }");

    /// <summary>ARGV: 5 the key, 6 the version that was read, 7 whether there is a value, 8 the value. Answers with whether it is
    /// settled, whether it was done, and the version that stands now.</summary>
    public static readonly RedisScript Replace = new(Settled +
        """
        if settled == 0 then return { 0, 0, '0' } end
        local stored = redis.call('HGET', KEYS[4], ARGV[5])
        local present = stored and version_of(stored) or 0
        if present ~= tonumber(ARGV[6]) or (stored and ARGV[4] == '1' and removed(stored)) then return { 1, 0, '0' } end
        if not stored and ARGV[7] ~= '1' then return { 1, 1, '0' } end
        local version = math.max(present + 1, now)
        set(ARGV[5], record(version, ARGV[7] == '1' and ARGV[8] or nil))
        return { 1, 1, int(version) }
        """);

    /// <summary>ARGV: 5 the epoch whose changes are known, 6 up to this number, 7 so many at most. Answers with whether it is
    /// settled, the epoch of now, and for each change its key, its number and what stands there.</summary>
    public static readonly RedisScript Changes = new(Settled +
        """
        local after = ARGV[5] == epoch and ARGV[6] or '0'
        local changed = redis.call('ZRANGEBYSCORE', KEYS[5], '(' .. after, '+inf', 'WITHSCORES', 'LIMIT', 0, ARGV[7])
        local flat = {}
        for i = 1, #changed, 2 do
          flat[#flat + 1] = changed[i]
          flat[#flat + 1] = changed[i + 1]
          flat[#flat + 1] = redis.call('HGET', KEYS[4], changed[i]) or ''
        end
        return { settled, epoch, flat }
        """);

    /// <summary>Rule R2. ARGV: 5 the epoch that is repaired; then for each its key and what stands there. Answers with the epoch
    /// of now, and how many were missing or older.</summary>
    public static readonly RedisScript Restore = new(Settled +
        """
        if ARGV[5] ~= epoch then return { epoch, 0 } end
        local restored = 0
        for i = 6, #ARGV, 2 do
          local theirs, ours = ARGV[i + 1], redis.call('HGET', KEYS[4], ARGV[i])
          local newer
          if not ours then newer = true
          elseif ARGV[4] == '1' and removed(theirs) ~= removed(ours) then newer = removed(theirs)
          else newer = version_of(theirs) > version_of(ours) end
          if newer then
            set(ARGV[i], theirs)
            restored = restored + 1
          end
        end
        return { epoch, restored }
        """);
}
