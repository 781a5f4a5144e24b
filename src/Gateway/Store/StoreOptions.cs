namespace Gateway.Store;

/// <summary>Where the revocation log is kept.</summary>
internal sealed record StoreOptions
{
    /// <summary><c>Sqlite</c> (one machine) or <c>Redis</c> (a cluster).</summary>
    public StoreKind Kind { get; init; } = StoreKind.Sqlite;

    /// <summary>Sqlite: the file, relative to the configuration file; default gateway.db.</summary>
    public string Path { get; init; } = "gateway.db";

    /// <summary>Redis: the connection string of StackExchange.Redis.</summary>
    public string? Connection { get; init; }

    /// <summary>Redis: what every key and channel begins with; one hash tag (<c>{gateway}</c>) with Redis Cluster.</summary>
    public string Prefix { get; init; } = "gateway";

    /// <summary>Redis: the file of the local replica of the log; default gateway.db.</summary>
    public string LocalCopy { get; init; } = "gateway.db";

    /// <summary>Redis: how many replicas must follow for a lease, and have an append before it is answered; null takes so many that
    /// they are a majority with their master.</summary>
    public int? Replicas { get; init; }

    /// <summary>Redis, with <c>ssl=true</c>: a PEM file of authorities to trust instead of the system's.</summary>
    public string? CaFile { get; init; }

    /// <summary>Redis, with <c>ssl=true</c>: a PEM file with the certificate that this gateway shows.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>A PEM file with the key of that certificate; null where the same file holds it.</summary>
    public string? CertificateKeyFile { get; init; }

    public AuditOptions Audit { get; init; } = new();
}
