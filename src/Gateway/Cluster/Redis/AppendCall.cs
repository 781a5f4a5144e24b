using Gateway.Revocation;
using Gateway.Store.Redis;
using StackExchange.Redis;

namespace Gateway.Cluster.Redis;

/// <summary>Appends facts, each once: a repeat of an id gets the first one's place (rule R11).</summary>
/// <param name="Prefix">What keys begin with: the markers are for other programs, nothing here reads them back to decide.</param>
/// <param name="Channel">The bell.</param>
/// <param name="KeepFor">A fact is kept at least so long.</param>
/// <param name="Clock">This node's time: no fact is recorded as older than that (rule R20). Null for facts of an epoch before (rule R2):
/// their time and expiry are their own.</param>
/// <param name="Deadline">By Redis' clock; what is not there by then is not appended (rule R18).</param>
internal sealed record AppendCall(
    IReadOnlyList<Fact> Facts, string Prefix, string Channel, TimeSpan KeepFor, DateTimeOffset? Clock, DateTimeOffset Deadline)
    : LogCall<IReadOnlyList<AppendedEntry?>>
{
    // For each fact seven arguments: at is empty for the time of now, marker for none, undoes for nothing; @ in line stands for at.
    // A key of another type than ours, or with another value, is as good as none: what is written next replaces it. The head is
    // noted with each entry, so that nothing that comes after it can part the two.
    private static readonly RedisScript Text = EpochCheck.Then(
        """
        local prefix, channel, keep, clock, deadline, first = ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[6]), 7
        local late = now > deadline
        local function get(key)
          local value = redis.pcall('GET', key)
          return type(value) == 'string' and value or nil
        end
        -- So many lines at most, however often one subject is cut off: the ones of the earliest instants go first.
        local function bounded(value)
          local lines, least, at = {}, nil, nil
          for one in value:gmatch('[^\n]+') do
            lines[#lines + 1] = one
            local instant = tonumber(one:match('^%x+ (%d+)') or 0)
            if not least or instant < least then least, at = instant, #lines end
          end
          if #lines > 16 then table.remove(lines, at) end
          return table.concat(lines, '\n')
        end
        local function line_of(value, id) return value and ('\n' .. value .. '\n'):find('\n' .. id, 1, true) end
        local answers, added = {}, 0
        for i = first, #ARGV, 7 do
          local id, encoded, at, expires, marker, line, undoes = unpack(ARGV, i, i + 6)
          local fact = prefix .. ':fact:' .. id
          local known = get(fact)
          local entry = nil
          -- A place without its entry is a place in a log that is gone.
          local n = known and known:match('^%d+')
          if n then
            local found = redis.call('XRANGE', KEYS[1], n .. '-0', n .. '-0')[1]
            if found and found[2][2]:sub(1, #id) == id then
              local was, ends, before = found[2][2]:match('^%x+ (%d+) (%d+) (.*)$')
              entry = { n, '0', was, ends, before }
            end
          end
          if not entry and late then
            entry = { '0' }
          elseif not entry then
            head = head + 1
            added = added + 1
            if at == '' then at = int(math.max(now, clock)) end
            if tonumber(expires) < at + keep then expires = int(at + keep) end
            redis.call('XADD', KEYS[1], int(head) .. '-0', 'f', table.concat({ id, at, expires, encoded }, ' '))
            redis.call('HSET', KEYS[2], 'head', int(head))
            redis.call('SET', fact, int(head) .. ' ' .. marker, 'PXAT', expires)
            if undoes ~= '' then
              redis.call('SET', prefix .. ':undone:' .. undoes, id, 'PXAT', expires)
              local undone = get(prefix .. ':fact:' .. undoes)
              local mark = undone and undone:match('^%d+ (.+)$')
              local value = mark and get(mark)
              if line_of(value, undoes) then
                local kept = {}
                for other in value:gmatch('[^\n]+') do
                  if other:sub(1, #undoes) ~= undoes then kept[#kept + 1] = other end
                end
                if #kept == 0 then redis.call('DEL', mark) else redis.call('SET', mark, table.concat(kept, '\n'), 'KEEPTTL') end
              end
            elseif marker ~= '' and redis.call('EXISTS', prefix .. ':undone:' .. id) == 0 then
              local value = get(marker)
              if not line_of(value, id) then
                line = line:gsub('@', at)
                local ends = math.max(tonumber(expires), value and redis.call('PEXPIRETIME', marker) or 0)
                redis.call('SET', marker, value and bounded(value .. '\n' .. line) or line, 'PXAT', int(ends))
              end
            end
            entry = { int(head), '1', at, expires, '' }
          end
          answers[#answers + 1] = entry
        end
        if added > 0 then redis.call('PUBLISH', channel, '') end
        return { state(), answers }
        """, fills: true);

    public override RedisScript Script => Text;

    protected override RedisValue[] Parameters
    {
        get
        {
            List<RedisValue> parameters = new(5 + Facts.Count * 7)
            {
                Prefix, Channel, Clock is null ? 0 : (long)KeepFor.TotalMilliseconds, Clock?.ToUnixTimeMilliseconds() ?? 0,
                Deadline.ToUnixTimeMilliseconds(),
            };
            foreach (Fact fact in Facts)
            {
                (string marker, string line) = fact is Fact.Revocation revocation ? Markers.Of(Prefix, revocation) : ("", "");
                parameters.Add(fact.Id.ToString("N"));
                parameters.Add(FactEncoding.Encode(fact));
                parameters.Add(Clock is null ? fact.At.ToUnixTimeMilliseconds() : "");
                parameters.Add(EntryForm.Milliseconds(fact.Expires));
                parameters.Add(marker);
                parameters.Add(line);
                parameters.Add(fact is Fact.Reinstatement { Of: var of } ? of.ToString("N") : "");
            }
            return [.. parameters];
        }
    }

    /// <summary>Gives one for each fact; null for what came too late.</summary>
    protected override IReadOnlyList<AppendedEntry?> Result(RedisResult result)
        => [.. ((RedisResult[])result!).Select((entry, i) => Entry(Facts[i], (RedisValue[])entry!))];

    private static AppendedEntry? Entry(Fact given, RedisValue[] answer)
    {
        if (answer.Length == 1) return null;
        (long number, bool first, long at, long expires) = ((long)answer[0], answer[1] == 1, (long)answer[2], (long)answer[3]);
        Fact fact = EntryForm.With(first ? given : FactEncoding.Decode(((ReadOnlyMemory<byte>)answer[4]).Span), at, expires);
        return new(number, first, fact);
    }
}
