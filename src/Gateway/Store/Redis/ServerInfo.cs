namespace Gateway.Store.Redis;

/// <summary>What Redis' <c>INFO</c> tells of itself.</summary>
internal sealed class ServerInfo(string text)
{
    public string Run => this["run_id"];

    public bool IsSharded => this["redis_mode"] == "cluster";

    /// <summary>How many replicas are connected now.</summary>
    public int Replicas => int.TryParse(this["connected_slaves"], out int replicas) ? replicas : 0;

    /// <summary>Gives a field; empty where there is none.</summary>
    public string this[string name]
    {
        get
        {
            foreach (string line in text.Split('\n'))
                if (line.StartsWith(name + ":", StringComparison.Ordinal)) return line[(name.Length + 1)..].Trim();
            return "";
        }
    }

    /// <exception cref="Revocation.StoreUnavailableException">No answer within the limit.</exception>
    public static async Task<ServerInfo> AskAsync(RedisLink link, TimeSpan limit, CancellationToken cancellation)
    {
        string text = "";
        foreach (string section in (string[])["server", "memory", "replication"])
            text += (string)(await link.AskAsync(database => database.ExecuteAsync("INFO", section), limit, cancellation))! + "\n";
        return new(text);
    }
}
