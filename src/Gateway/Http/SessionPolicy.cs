namespace Gateway.Http;

/// <summary>Route metadata <c>Session</c>.</summary>
internal enum SessionPolicy
{
    /// <summary>No credential: go through.</summary>
    Optional,

    /// <summary>No credential, or an unknown one: 401.</summary>
    Required,

    /// <summary>Credentials are not read; the hygiene of path, method, host and headers holds.</summary>
    Ignore,
}
