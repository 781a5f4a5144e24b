namespace Gateway.Store.Redis;

/// <summary>
/// The scripts on the log. Each is one step that nothing can come between, and each begins with the same look at the
/// epoch (rule R2) and ends with the same answer about the cluster.
/// <para>KEYS: 1 the log, 2 the epoch, 3 the nodes. ARGV[1]: what a new epoch would be called.</para>
/// </summary>
internal static class LogScripts
{
    /// <summary>
    /// What every script begins with (rule R2). A life of the data: the server's run and its replication history. The run alone
    /// does not tell a master that became a replica, lost the end to another master's older copy, and was promoted again. The
    /// head and the number of entries in the list of nodes are kept a second time: what was deleted, evicted, restored or written
    /// to by somebody else is not what this epoch promised on.
    /// </summary>
    public const string Epoch =
        """
        local t = redis.call('TIME')
        local now = t[1] * 1000 + math.floor(t[2] / 1000)
        local function field(section, name)
          local info = redis.call('INFO', section)
          local _, at = info:find(name, 1, true)
          return info:sub(at + 1, at + 40)
        end
        local life = field('server', 'run_id:') .. field('replication', 'master_replid:')
        local last = 0
        local stream = redis.pcall('XINFO', 'STREAM', KEYS[1])
        if stream.err then
          if not stream.err:find('no such key') then return stream end
        else
          for i = 1, #stream, 2 do
            if stream[i] == 'last-generated-id' then last = tonumber(stream[i + 1]:match('^%d+')) break end
          end
        end
        local r = redis.call('HMGET', KEYS[2], 'id', 'life', 'head', 'trimmed', 'mature', 'listed', 'version')
        local epoch, head, trimmed, mature = r[1], tonumber(r[3] or 0), tonumber(r[4] or 0), r[5]
        local version = tonumber(r[7] or 0)
        local function int(n) return string.format('%.0f', n) end
        if not epoch or r[2] ~= life or head ~= last or redis.call('HLEN', KEYS[3]) ~= tonumber(r[6] or 0) then
          -- Gaps in a log whose bound is lost cannot be told from trimming; repair fills what was lost.
          if not epoch then trimmed = last end
          epoch, head, mature, version = ARGV[1], last, '0', 0
          redis.call('DEL', KEYS[2], KEYS[3])
          redis.call('HSET', KEYS[2], 'id', epoch, 'life', life, 'head', int(head), 'trimmed', int(trimmed), 'mature', '0', 'born', int(now), 'listed', '0', 'version', '0')
        end
        -- R4: answers overtake one another; the version tells which list of nodes is the later one.
        local function listed()
          version = version + 1
          redis.call('HSET', KEYS[2], 'listed', redis.call('HLEN', KEYS[3]), 'version', int(version))
        end
        local function state() return { epoch, int(head), mature, int(trimmed), int(now), redis.call('HGETALL', KEYS[3]), int(version) } end

        """;

    /// <summary>The state, and nothing else.</summary>
    public static readonly RedisScript Look = new(Epoch + "return state()");

    /// <summary>A page of the log. ARGV: 2 after this number, 3 entries at most. Answers with the state and, for each entry, its
    /// number and value (<see cref="LogAnswers.Page"/>); that of an entry of another form is empty (rule R9).</summary>
    public static readonly RedisScript Read = new(Epoch +
        """
        local page = redis.call('XRANGE', KEYS[1], '(' .. ARGV[2] .. '-0', '+', 'COUNT', ARGV[3])
        local flat, n = {}, 0
        for _, entry in ipairs(page) do
          local f = entry[2]
          flat[n + 1] = entry[1]:match('^%d+')
          flat[n + 2] = #f == 2 and f[1] == 'f' and f[2] or ''
          n = n + 2
        end
        return { state(), flat }
        """);

    /// <summary>Rule R10: ends an epoch in which entries are gone that were never trimmed. ARGV: 2 that epoch.</summary>
    public static readonly RedisScript EndEpoch = new(Epoch +
        """
        if epoch == ARGV[2] then redis.call('HSET', KEYS[2], 'life', 'ended', 'trimmed', int(head)) end
        return state()
        """);

    /// <summary>
    /// Rules R1, R3, R4: grants or renews a lease, or announces a node that does not want one yet, and answers with the head.
    /// ARGV: 2 node, 3 serial, 4 wants a lease, 5 length in ms, 6 the epoch in which it has repaired (empty: it knows nothing),
    /// 7 the epoch that it has seen for 1.1 leases, 8 serves when stale, 9 version, 10 address, 11 and 12 applied.
    /// </summary>
    public static readonly RedisScript Renew = new(Epoch +
        """
        if mature ~= '1' and ARGV[7] == epoch then
          mature = '1'
          redis.call('HSET', KEYS[2], 'mature', '1')
        end
        local entry = redis.call('HGET', KEYS[3], ARGV[2])
        -- A call that was held up on a connection since given up must not take back what a later one was given.
        if not entry or tonumber(entry:match('^%d+')) < tonumber(ARGV[3]) then
          local repairing = (ARGV[6] ~= '' and ARGV[6] ~= epoch) and '1' or '0'
          redis.call('HSET', KEYS[3], ARGV[2],
            table.concat({ ARGV[3], ARGV[4], int(now + ARGV[5]), ARGV[5], ARGV[8], repairing, ARGV[9], ARGV[10] }, '|'),
            'a:' .. ARGV[2], ARGV[11] .. '|' .. ARGV[12])
          listed()
        end
        return state()
        """);

    /// <summary>Rule R5: ARGV: 2 node, 3 channel, 4 and 5 applied.</summary>
    public static readonly RedisScript Acknowledge = new(Epoch +
        """
        if redis.call('HEXISTS', KEYS[3], ARGV[2]) == 1 then
          redis.call('HSET', KEYS[3], 'a:' .. ARGV[2], ARGV[4] .. '|' .. ARGV[5])
          listed()
        end
        redis.call('PUBLISH', ARGV[3], ARGV[2] .. '|' .. ARGV[4] .. '|' .. ARGV[5])
        return state()
        """);

    /// <summary>Rule R11: gives a lease back. ARGV: 2 node. With a serial in ARGV[3], only if the entry has not changed since
    /// (rule R4: the caller has proof that this lease is over).</summary>
    public static readonly RedisScript Remove = new(Epoch +
        """
        local entry = redis.call('HGET', KEYS[3], ARGV[2])
        if entry and (ARGV[3] == '' or entry:match('^%d+') == ARGV[3]) then
          redis.call('HDEL', KEYS[3], ARGV[2], 'a:' .. ARGV[2])
          listed()
        end
        return state()
        """);

    /// <summary>
    /// Appends facts. ARGV: 2 prefix, 3 channel of the bell, 4 how long a fact is kept at least, in ms; then seven for each:
    /// id, encoded, at in ms (empty: now), expires in ms, marker (empty: none), line of the marker (@ stands for at), id of what it undoes (empty: nothing).
    /// Answers with the state, then for each fact: number, 1 for the first time or 0, at, expires, encoded.
    /// </summary>
    public static readonly RedisScript Append = new(Epoch +
        """
        local function line_of(value, id) return value and ('\n' .. value .. '\n'):find('\n' .. id, 1, true) end
        local answers, added = {}, 0
        for i = 5, #ARGV, 7 do
          local id, encoded, at, expires, marker, line, undoes = unpack(ARGV, i, i + 6)
          local fact = ARGV[2] .. ':fact:' .. id
          local known = redis.call('GET', fact)
          local entry = nil
          -- R11: the same id again gets the first one's place. A place without its entry is a place in a log that is gone.
          if known then
            local n = known:match('^%d+')
            local found = redis.call('XRANGE', KEYS[1], n .. '-0', n .. '-0')[1]
            if found and found[2][2]:sub(1, #id) == id then
              local was, ends, first = found[2][2]:match('^%x+ (%d+) (%d+) (.*)$')
              entry = { n, '0', was, ends, first }
            end
          end
          if not entry then
            head = head + 1
            added = added + 1
            if at == '' then at = int(now) end
            if tonumber(expires) < at + ARGV[4] then expires = int(at + ARGV[4]) end
            redis.call('XADD', KEYS[1], int(head) .. '-0', 'f', table.concat({ id, at, expires, encoded }, ' '))
            redis.call('SET', fact, int(head) .. ' ' .. marker, 'PXAT', expires)
            -- Markers are for other programs; nothing here reads them back to decide.
            if undoes ~= '' then
              redis.call('SET', ARGV[2] .. ':undone:' .. undoes, id, 'PXAT', expires)
              local undone = redis.call('GET', ARGV[2] .. ':fact:' .. undoes)
              local mark = undone and undone:match('^%d+ (.+)$')
              local value = mark and redis.call('GET', mark)
              if line_of(value, undoes) then
                local kept = {}
                for other in value:gmatch('[^\n]+') do
                  if other:sub(1, #undoes) ~= undoes then kept[#kept + 1] = other end
                end
                if #kept == 0 then redis.call('DEL', mark) else redis.call('SET', mark, table.concat(kept, '\n'), 'KEEPTTL') end
              end
            elseif marker ~= '' and redis.call('EXISTS', ARGV[2] .. ':undone:' .. id) == 0 then
              local value = redis.call('GET', marker)
              if not line_of(value, id) then
                line = line:gsub('@', at)
                local ends = math.max(tonumber(expires), value and redis.call('PEXPIRETIME', marker) or 0)
                redis.call('SET', marker, value and (value .. '\n' .. line) or line, 'PXAT', int(ends))
              end
            end
            entry = { int(head), '1', at, expires, '' }
          end
          answers[#answers + 1] = entry
        end
        if added > 0 then
          redis.call('HSET', KEYS[2], 'head', int(head))
          redis.call('PUBLISH', ARGV[3], '')
        end
        return { state(), answers }
        """);

    /// <summary>Rule R2: which of these ids the log does not hold. ARGV: 2 prefix, 3… ids. Answers with the state and the indexes, from 0.</summary>
    public static readonly RedisScript Missing = new(Epoch +
        """
        local missing = {}
        for i = 3, #ARGV do
          local known = redis.call('GET', ARGV[2] .. ':fact:' .. ARGV[i])
          local n = known and known:match('^%d+')
          local found = n and redis.call('XRANGE', KEYS[1], n .. '-0', n .. '-0')[1]
          if not (found and found[2][2]:sub(1, #ARGV[i]) == ARGV[i]) then missing[#missing + 1] = i - 3 end
        end
        return { state(), missing }
        """);

    /// <summary>
    /// Rule R10: removes what has expired from one page, and writes the bound. ARGV: 2 the caller's time in ms: what has not
    /// expired by both clocks stays, since either can jump; 3 entries a page; 4 a key that lets one node do it at a time; 5 for how long, in ms.
    /// Answers with the state, how many were looked at and how many went.
    /// </summary>
    public static readonly RedisScript Trim = new(Epoch +
        """
        if not redis.call('SET', ARGV[4], '1', 'NX', 'PX', ARGV[5]) then return { state(), 0, 0 } end
        local cursor = redis.call('HGET', KEYS[2], 'cursor') or '0'
        local by = math.min(now, tonumber(ARGV[2]))
        local page = redis.call('XRANGE', KEYS[1], '(' .. cursor .. '-0', '+', 'COUNT', ARGV[3])
        local gone = {}
        for _, entry in ipairs(page) do
          cursor = entry[1]:match('^%d+')
          if tonumber(entry[2][2]:match('^%x+ %d+ (%d+) ') or 'inf') <= by then
            gone[#gone + 1] = entry[1]
            if tonumber(cursor) > trimmed then trimmed = tonumber(cursor) end
          end
        end
        if #gone > 0 then redis.call('XDEL', KEYS[1], unpack(gone)) end
        if #page < tonumber(ARGV[3]) then cursor = '0' end
        redis.call('HSET', KEYS[2], 'trimmed', int(trimmed), 'cursor', cursor)
        return { state(), #page, #gone }
        """);
}
