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

    /// <summary>Whether a request for this host is this dialect's: in any case, whatever the port unless one is configured.</summary>
    public bool Serves(HostString host)
    {
        if (Options.Hosts.Count == 0) return true;
        foreach (string served in Options.Hosts)
            if (served.Equals(host.Host, StringComparison.OrdinalIgnoreCase) || served.Equals(host.Value, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }
}

/// <summary>What can go wrong with any dialect's call; each dialect has its own words for it.</summary>
internal enum DialectFailure
{
    /// <summary>400: the request can be read in two ways, or in none.</summary>
    BadRequest,

    /// <summary>401: the caller's session is over.</summary>
    Unauthenticated,

    /// <summary>403: the caller is known and may not do this.</summary>
    Forbidden,

    /// <summary>413.</summary>
    TooLarge,

    /// <summary>503: the log cannot take it, or this node cannot tell now; nothing has changed.</summary>
    Unavailable,

    /// <summary>503: the log gave no answer; it may have been recorded, and the call may be repeated.</summary>
    Unknown,

    /// <summary>500: a fault of the gateway itself.</summary>
    Fault,
}

/// <summary>Ends a call with a failure in the vendor's form.</summary>
internal sealed class DialectException(DialectFailure failure) : Exception(failure.ToString())
{
    public DialectFailure Failure { get; } = failure;
}
