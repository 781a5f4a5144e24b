namespace Gateway.Store.Redis;

/// <summary>What each script begins with that must know what it stands on: a look at the epoch of the log (rule R2). KEYS: 1 the log, 2 the
/// epoch, 3 the nodes. ARGV[1]: what a new epoch would be called.</summary>
internal static class EpochCheck
{
    // A life of the data: the server's run and its replication history. The run alone does not tell a master that
    // became a replica, lost the end to another master's older copy, and was promoted again. The head and the number
    // of entries in the list of nodes are kept a second time: what was deleted, evicted, restored or written to by somebody
    // else is not what this epoch promised on.
    private const string Text =
        """
        local t = redis.call('TIME')
        local now = t[1] * 1000 + math.floor(t[2] / 1000)
        local server, replication = redis.call('INFO', 'server'), redis.call('INFO', 'replication')
        local function field(info, name)
          local _, at = info:find(name, 1, true)
          return info:sub(at + 1, at + 40)
        end
        local life = field(server, 'run_id:') .. field(replication, 'master_replid:')
        local connected = tonumber(replication:match('connected_slaves:(%d+)') or 0)
        local sharded = server:find('redis_mode:cluster', 1, true) and 1 or 0
        local last = 0
        local stream = redis.pcall('XINFO', 'STREAM', KEYS[1])
        if stream.err then
          if not stream.err:find('no such key') then return stream end
        else
          for i = 1, #stream, 2 do
            if stream[i] == 'last-generated-id' then last = tonumber(stream[i + 1]:match('^%d+')) break end
          end
        end
        local r = redis.call('HMGET', KEYS[2], 'id', 'life', 'head', 'trimmed', 'mature', 'listed', 'version', 'longest', 'replicas')
        local epoch, head, trimmed, mature = r[1], tonumber(r[3] or 0), tonumber(r[4] or 0), r[5]
        local version, longest, replicas = tonumber(r[7] or 0), tonumber(r[8] or 0), tonumber(r[9] or 0)
        local function int(n) return string.format('%.0f', n) end
        if not epoch or r[2] ~= life or head ~= last or redis.call('HLEN', KEYS[3]) ~= tonumber(r[6] or 0) then
          -- Gaps in a log whose bound is lost cannot be told from trimming; repair fills what was lost.
          if not epoch then trimmed = last end
          -- R3: leases of the epochs before end by themselves, the longest last; of those before a mature one none is left.
          if mature == '1' then longest = 0 end
          for _, entry in ipairs(redis.call('HVALS', KEYS[3])) do
            longest = math.max(longest, tonumber(entry:match('^%d+|%d|%d+|(%d+)|') or 0))
          end
          epoch, head, mature, version = ARGV[1], last, '0', 0
          redis.call('DEL', KEYS[2], KEYS[3])
          redis.call('HSET', KEYS[2], 'id', epoch, 'life', life, 'head', int(head), 'trimmed', int(trimmed),
            'mature', '0', 'born', int(now), 'listed', '0', 'version', '0', 'longest', int(longest), 'replicas', int(replicas))
        end
        -- R16: those that are cut off now count as well.
        if connected > replicas then
          replicas = connected
          redis.call('HSET', KEYS[2], 'replicas', int(replicas))
        end
        -- R4: answers overtake one another; the version tells which list of nodes is the later one.
        local function listed()
          version = version + 1
          redis.call('HSET', KEYS[2], 'listed', redis.call('HLEN', KEYS[3]), 'version', int(version))
        end
        local function state()
          return { epoch, int(head), mature, int(trimmed), int(now), redis.call('HGETALL', KEYS[3]), int(version), int(longest), replicas, sharded }
        end

        """;

    /// <summary>Gives a script that looks at the epoch first. It answers with <c>state()</c> and a result of its own.</summary>
    /// <param name="fills">It adds what stays: a full Redis refuses it. Everything else goes on there, above all leases.</param>
    public static RedisScript Then(string script, bool fills = false) => new(Text + script, evenWhenFull: !fills);
}
