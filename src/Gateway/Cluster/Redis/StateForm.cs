using System.Globalization;
using Gateway.Revocation;
using StackExchange.Redis;

namespace Gateway.Cluster.Redis;

/// <summary>How the scripts write what they know of the cluster, and how the list of nodes is written in Redis: a field for each
/// node, <c>serial|holds|ends|length|serves|repairing|version|address</c>, and one for what it has applied, <c>epoch|number</c>.</summary>
internal static class StateForm
{
    private const string AppliedBy = "a:";

    // Within the version's own part, which older gateways show as it is: another part would hide the node from them.
    private const string Reads = " reads ";

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
            if (!fields[i].StartsWith(AppliedBy, StringComparison.Ordinal)) nodes.Add(Lease(fields[i], fields[i + 1], now, applied));
        return new ClusterState(
            (string)parts[0]!, Head: (long)parts[1], Mature: (bool)parts[2], Trimmed: (long)parts[3],
            DateTimeOffset.FromUnixTimeMilliseconds(now), Version: (long)parts[6], nodes)
        {
            LongestBefore = TimeSpan.FromMilliseconds((long)parts[7]),
            Replicas = (int)parts[8],
            IsSharded = (bool)parts[9],
        };
    }

    // Rule R17: what is not understood counts against us. The first four parts mean the same in every version; where even they do not
    // fit, it holds a lease for ever.
    private static NodeLease Lease(string id, string field, long now, Dictionary<string, LogPosition> applied)
    {
        string[] parts = field.Split('|');
        long serial = Part(0) ?? 0, end = Part(2) ?? long.MaxValue, length = Part(3) ?? 0;
        bool known = Part(0) is not null && Part(2) is not null && Part(3) is not null;
        NodeLease lease = new(
            id, serial, Holds: !known || parts[1] == "1", Over: known && NodeLease.IsOver(end, now, length),
            TimeSpan.FromMilliseconds(length), known ? Instant(end) : DateTimeOffset.MaxValue, LogPosition.Start, Serves: true,
            Repairing: true,
            Version: "?", Address: "?")
        {
            IsUnderstood = false,
        };
        if (!known || parts is not [_, _, _, _, var serves, var repairing, var version, var address]) return lease;
        int reads = version.IndexOf(Reads, StringComparison.Ordinal);
        return lease with
        {
            Applied = applied.GetValueOrDefault(id, LogPosition.Start), Serves = serves == "1", Repairing = repairing == "1",
            Version = reads < 0 ? version : version[..reads], Address = address, IsUnderstood = true,
            Reads = reads >= 0 && int.TryParse(version.AsSpan(reads + Reads.Length), NumberStyles.None, CultureInfo.InvariantCulture,
                out int newest) ? newest : 1,
        };

        long? Part(int at)
            => at < parts.Length && long.TryParse(parts[at], NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number : null;
    }

    // A node of a newer version may ask for more than a date can say.
    private static DateTimeOffset Instant(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(
        Math.Min(milliseconds, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));

    /// <summary>Writes what a node says of its version: its own, and the newest of a fact that it reads.</summary>
    public static string WriteVersion(Renewal renewal)
        => string.Create(CultureInfo.InvariantCulture, $"{renewal.Version}{Reads}{renewal.Reads}");

    /// <summary>Reads it. Null for what is no position.</summary>
    public static LogPosition? ReadPosition(string text)
        => text.Split('|') is [var epoch, var number]
            && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long parsed) ? new(epoch, parsed) : null;

    public static string Write(LogPosition position) => string.Create(CultureInfo.InvariantCulture, $"{position.Epoch}|{position.Number}");
}
