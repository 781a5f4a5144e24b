using System.Globalization;
using Gateway.Revocation;
using StackExchange.Redis;

namespace Gateway.Cluster.Redis;

/// <summary>How the scripts write what they know of the cluster, and how the list of nodes is written in Redis: a field for each
/// node, <c>serial|holds|ends|length|serves|repairing|version|address</c>, and one for what it has applied, <c>epoch|number</c>.</summary>
internal static class StateForm
{
    private const string AppliedBy = "a:";

    public static ClusterState Read(RedisResult answer)
    {
        RedisResult[] parts = (RedisResult[])answer!;
        long now = (long)parts[4];
        string[] fields = (string[])parts[5]!;
        Dictionary<string, LogPosition> applied = [];
        for (int i = 0; i + 1 < fields.Length; i += 2)
            if (fields[i].StartsWith(AppliedBy, StringComparison.Ordinal) && ReadPosition(fields[i + 1]) is { } position)
                applied[fields[i][AppliedBy.Length..]] = position;
        List<NodeLease> nodes = new(fields.Length / 4);
        for (int i = 0; i + 1 < fields.Length; i += 2)
            if (!fields[i].StartsWith(AppliedBy, StringComparison.Ordinal) && Lease(fields[i], fields[i + 1], now, applied) is { } lease)
                nodes.Add(lease);
        return new ClusterState(
            (string)parts[0]!, Head: (long)parts[1], Mature: (bool)parts[2], Trimmed: (long)parts[3],
            DateTimeOffset.FromUnixTimeMilliseconds(now), Version: (long)parts[6], nodes)
        {
            LongestBefore = TimeSpan.FromMilliseconds((long)parts[7]),
            Replicas = (int)parts[8],
            IsSharded = (bool)parts[9],
        };
    }

    private static NodeLease? Lease(string id, string field, long now, Dictionary<string, LogPosition> applied)
    {
        if (field.Split('|') is not [var serial, var holds, var ends, var length, var serves, var repairing, var version, var address])
            return null;
        long end = Number(ends), milliseconds = Number(length);
        return new NodeLease(
            id, Number(serial), holds == "1", NodeLease.IsOver(end, now, milliseconds), TimeSpan.FromMilliseconds(milliseconds),
            DateTimeOffset.FromUnixTimeMilliseconds(end), applied.GetValueOrDefault(id, LogPosition.Start), serves == "1", repairing == "1",
            version, address);
    }

    /// <summary>Reads it. Null for what is no position.</summary>
    public static LogPosition? ReadPosition(string text)
        => text.Split('|') is [var epoch, var number]
            && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long parsed) ? new(epoch, parsed) : null;

    public static string Write(LogPosition position) => string.Create(CultureInfo.InvariantCulture, $"{position.Epoch}|{position.Number}");

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
