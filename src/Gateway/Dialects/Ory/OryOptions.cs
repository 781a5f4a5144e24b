namespace Gateway.Dialects.Ory;

internal sealed record OryOptions : DialectOptions
{
    /// <summary>Prefixes under which the paths are answered, as in <c>"/auth"</c>; <c>""</c> is the root, and the default.</summary>
    public List<string> PathPrefixes { get; init; } = [];

    /// <summary>Name of the session cookie.</summary>
    public string Cookie { get; init; } = "ory_kratos_session";

    /// <summary>With <c>Then: Forward</c>: the cluster of the ReverseProxy section that calls of the management listener are
    /// passed on to, without the management key; null passes none on.</summary>
    public string? AdministrationCluster { get; init; }
}
