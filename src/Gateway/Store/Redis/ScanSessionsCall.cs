using Gateway.Sessions;
using StackExchange.Redis;

namespace Gateway.Store.Redis;

/// <summary>Reads part of a list of sessions by cursor, in no order.</summary>
/// <param name="Realm">Of one subject; empty with <paramref name="Subject"/> for all.</param>
/// <param name="Cursor"><see cref="Start"/>, then the one of the part before.</param>
/// <param name="Count">About how many.</param>
internal sealed record ScanSessionsCall(string Prefix, string Realm, string Subject, string Cursor, int Count)
    : ScriptCall<ScanSessionsCall.Part>
{
    /// <summary>The first cursor, and what follows the last part.</summary>
    public const string Start = "0";

    private static readonly RedisScript Text = new(SessionForm.Reading +
        """
        local cursor, count = ARGV[4], ARGV[5]
        local scanned = redis.call('ZSCAN', list, cursor, 'COUNT', count)
        for i = 1, #scanned[2], 2 do read(scanned[2][i]) end
        return { scanned[1], flat }
        """);

    internal sealed record Part(string Next, IReadOnlyList<SeenSession> Sessions);

    public override RedisScript Script => Text;

    public override RedisValue[] Arguments() => [Prefix, Realm, Subject, Cursor, Count];

    public override Part Read(RedisResult answer) => new((string)answer[0]!, SessionForm.ReadAll(answer[1]));
}
