using Gateway.Sessions;
using StackExchange.Redis;

namespace Gateway.Store.Redis;

/// <summary>Reads part of a list of sessions by rank.</summary>
/// <param name="Realm">Of one subject; empty with <paramref name="Subject"/> for all.</param>
internal sealed record SessionPageCall(string Prefix, string Realm, string Subject, int Offset, int Count)
    : ScriptCall<SessionPageCall.Page>
{
    private static readonly RedisScript Text = new(SessionForm.Reading +
        """
        local offset, count = ARGV[4], ARGV[5]
        local members = redis.call('ZRANGE', list, offset, offset + count - 1)
        for _, member in ipairs(members) do read(member) end
        return { #members, dropped, flat }
        """);

    /// <param name="Looked">Members of the list that were looked at.</param>
    /// <param name="Dropped">Those that had expired and are off the list now.</param>
    internal sealed record Page(int Looked, int Dropped, IReadOnlyList<SeenSession> Sessions);

    public override RedisScript Script => Text;

    public override RedisValue[] Arguments() => [Prefix, Realm, Subject, Offset, Count];

    public override Page Read(RedisResult answer) => new((int)answer[0], (int)answer[1], SessionForm.ReadAll(answer[2]));
}
