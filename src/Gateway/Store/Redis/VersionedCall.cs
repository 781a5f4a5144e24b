using StackExchange.Redis;

namespace Gateway.Store.Redis;

/// <summary>
/// A call of a script on versioned values. Each is one step, and begins with the look at the epoch that the log's scripts begin
/// with (rule R2): what was lost with the log was lost here, too.
/// <para>KEYS, beside those of the look: 4 the values, 5 the order in which they changed. A value is its version and, unless it was
/// removed, a space and the value.</para>
/// </summary>
internal abstract record VersionedCall<T>(Keyspace Space, string Prefix) : ScriptCall<T>
{
    // Rule R3: sure is what stands here only once the epoch is 1.1 leases old and nobody repairs any more; a node whose entry
    // is not understood may (rule R17). The number of values is kept a second time: where somebody has deleted some, a new
    // epoch begins, in which every node gives back what it knows.
    private const string Text =
        """
        local space, prefix, for_good = ARGV[2], ARGV[3], ARGV[4] == '1'
        local noted = redis.call('HGET', KEYS[2], 'versioned:' .. space)
        local settled = mature == '1' and 1 or 0
        local nodes = redis.call('HGETALL', KEYS[3])
        for i = 1, #nodes, 2 do
          if nodes[i]:sub(1, 2) ~= 'a:' and nodes[i + 1]:match('^[^|]*|[^|]*|[^|]*|[^|]*|[^|]*|([^|]*)|') ~= '0' then settled = 0 end
        end
        local function note() redis.call('HSET', KEYS[2], 'versioned:' .. space, redis.call('HLEN', KEYS[4])) end
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
            if space == 'second-factors' then
              for _, key in ipairs(redis.call('SMEMBERS', prefix .. ':two-factor')) do
                local value = redis.call('GET', prefix .. ':two-factor:value:' .. key)
                if value then set(key, record(1, value)) end
              end
            elseif space == 'management-keys' then
              local former = redis.call('HGETALL', prefix .. ':management-keys')
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

    /// <summary>ARGV[5] and what follows.</summary>
    protected abstract RedisValue[] Parameters { get; }

    public sealed override RedisValue[] Arguments()
        => [Guid.CreateVersion7().ToString("N"), Space.Name, Prefix, Space.RemovedForGood ? 1 : 0, .. Parameters];

    protected static RedisScript Then(string script, bool fills = false) => EpochCheck.Then(Text + script, fills);
}
