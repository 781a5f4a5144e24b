using StackExchange.Redis;

namespace Gateway.Store.Redis;

/// <summary>Reads a connection string as StackExchange.Redis writes them, and says what is wrong with one.</summary>
internal static class ConnectionString
{
    /// <summary>Tells why it cannot be used and what to write instead; null when it can. Never a part of it that may be a secret.</summary>
    public static string? Problem(string connection)
    {
        if (connection.Contains("://", StringComparison.Ordinal)) return $"is a URL; StackExchange.Redis takes {InItsForm(connection)}.";
        ConfigurationOptions options;
        try { options = ConfigurationOptions.Parse(connection); }
        catch (Exception error) when (error is ArgumentException or FormatException or OverflowException)
        {
            return $"is no connection string of StackExchange.Redis ({error.Message}); write one like 127.0.0.1:6379,password=….";
        }
        if (!connection.Split(',').Any(part => IsServer(part.Trim()))) return "names no server; write it like 127.0.0.1:6379,password=….";
        // The client takes whatever is no option for a host; what cannot be one would only fail later, and say less.
        if (connection.Split(',').Any(part => part.Trim() is { Length: > 0 } text && !text.Contains('=') && !IsServer(text)))
            return "has a part that is neither host:port nor option=value. A comma divides the parts, so a password cannot hold one.";
        if (!options.ChannelPrefix.IsNullOrEmpty) return "has channelPrefix=; take it out, Gateway:Store:Prefix names the channels too.";
        return options.Proxy == Proxy.None ? null : "has proxy=; the gateway needs scripts and channels, so it talks to Redis itself.";
    }

    /// <summary>Tells whether the servers that it names are sentinels.</summary>
    public static bool NamesSentinels(string? connection)
        => !string.IsNullOrEmpty(connection) && !string.IsNullOrEmpty(ConfigurationOptions.Parse(connection).ServiceName);

    private static bool IsServer(string part)
    {
        if (part.Length == 0 || part.Contains('=')) return false;
        if (part[0] is '!') return part.Length > 1;   // a Unix socket
        string host = part.StartsWith('[') ? part[1..Math.Max(1, part.IndexOf(']'))]
            : part.Count(character => character == ':') == 1 ? part[..part.IndexOf(':')] : part;
        return Uri.CheckHostName(host) != UriHostNameType.Unknown && ConfigurationOptions.Parse(part).EndPoints.Count == 1;
    }

    // redis://user:password@host:port/database, rediss:// with TLS: as its parts say it here, without the password.
    private static string InItsForm(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) || uri.Host.Length == 0) return "host:port,user=…,password=…,ssl=true";
        string[] credentials = uri.UserInfo.Split(':', 2);
        string user = credentials[0].Length > 0 && credentials.Length == 2 ? ",user=" + Uri.UnescapeDataString(credentials[0]) : "";
        string database = uri.AbsolutePath.Trim('/') is { Length: > 0 } number && number.All(char.IsAsciiDigit)
            ? ",defaultDatabase=" + number : "";
        return $"{uri.Host}:{(uri.Port > 0 ? uri.Port : 6379)}{user}{(uri.UserInfo.Length > 0 ? ",password=…" : "")}{(uri.Scheme == "rediss" ? ",ssl=true" : "")}{database}";
    }
}
