using StackExchange.Redis;

namespace Gateway.Store.Redis;

/// <summary>Sets a value if the present one is as expected. KEYS: 1 the value.</summary>
/// <param name="Expected">Null for none.</param>
/// <param name="Value">Null takes it away.</param>
/// <param name="Life">After that Redis forgets it.</param>
internal sealed record SwapValueCall(string? Expected, string? Value, TimeSpan Life) : ScriptCall<bool>
{
    private static readonly RedisScript Text = new(
        """
        local expects, expected, sets, value, life = unpack(ARGV)
        local present = redis.call('GET', KEYS[1])
        if expects == '1' then
          if present ~= expected then return 0 end
        elseif present then
          return 0
        end
        if sets ~= '1' then
          redis.call('DEL', KEYS[1])
        else
          redis.call('SET', KEYS[1], value, 'PX', life)
        end
        return 1
        """);

    public override RedisScript Script => Text;

    public override RedisValue[] Arguments()
        => [Expected is null ? 0 : 1, Expected ?? "", Value is null ? 0 : 1, Value ?? "", (long)Math.Max(1, Life.TotalMilliseconds)];

    public override bool Read(RedisResult answer) => (bool)answer;
}
