namespace Gateway.Dialects;

/// <summary>One vendor's session API, spoken by the gateway: it reads the vendor's requests, asks the rooms that know, and
/// writes the vendor's answers. It never touches a log.</summary>
internal abstract class Dialect(string name, DialectOptions options)
{
    /// <summary>As actors and log lines name it.</summary>
    public string Name { get; } = name;

    public DialectOptions Options { get; } = options;

    public abstract IEnumerable<DialectRoute> Routes { get; }

    /// <summary>Answers a failure in the vendor's own form, with the vendor's status and headers.</summary>
    public abstract Task FailAsync(DialectCall call, DialectFailure failure);

    /// <summary>Tells whether a request for this host is this dialect's: in any case, whatever the port unless one is configured.</summary>
    public bool Serves(HostString host)
    {
        if (Options.Hosts.Count == 0) return true;
        foreach (string served in Options.Hosts)
            if (served.Equals(host.Host, StringComparison.OrdinalIgnoreCase)
                || served.Equals(host.Value, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }
}
