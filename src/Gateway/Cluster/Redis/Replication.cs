using StackExchange.Redis;

namespace Gateway.Cluster.Redis;

/// <summary>How far the server has come with what its replicas are to do after it, and each of those that are connected.</summary>
/// <param name="Offset">The server's, in bytes.</param>
/// <param name="Acknowledged">Theirs, as they last said.</param>
internal sealed record Replication(long Offset, IReadOnlyList<long> Acknowledged)
{
    public static Replication Read(RedisResult answer)
    {
        string[] offsets = (string[])answer!;
        return new(Number(offsets[0]), [.. offsets.Skip(1).Select(Number)]);
    }

    private static long Number(string text) => long.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
