using Gateway.Sessions;
using StackExchange.Redis;

namespace Gateway.Store.Redis;

/// <summary>Merges sessions into what is kept, as <see cref="SeenSession.With"/> says.</summary>
/// <param name="KeptFor">How long one is kept from when it was last seen, whatever Redis' clock says.</param>
internal sealed record SaveSessionsCall(string Prefix, IReadOnlyList<SeenSession> Sessions, Func<SeenSession, TimeSpan> KeptFor)
    : ScriptCall<bool>
{
    // ARGV[2] and on, for each: how long it is kept, in ms, then its fields.
    private static readonly RedisScript Text = new(SessionForm.Common +
        """
        for at = 2, #ARGV, #names + 1 do
          local kept = tonumber(ARGV[at])
          local new = {}
          for i = 1, #names do new[names[i]] = ARGV[at + i] end
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
            for i = 1, #names do values[i * 2 - 1] = names[i]; values[i * 2] = new[names[i]] end
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

    public override RedisScript Script => Text;

    public override RedisValue[] Arguments() => [Prefix, .. Sessions.SelectMany(session =>
        SessionForm.Write(session).Prepend((long)Math.Max(1, KeptFor(session).TotalMilliseconds)))];

    public override bool Read(RedisResult answer) => true;
}
