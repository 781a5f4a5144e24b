namespace Gateway.Configuration;

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

    /// <summary>Redis: how many replicas must have an append before it is answered; default 0.</summary>
    public int Replicas { get; init; }
}

internal enum StoreKind { Sqlite, Redis }

internal sealed record ClusterOptions
{
    /// <summary>How long a node may let traffic through without hearing from Redis; default 5 s.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a logout waits for every node before it says how many have it; default 2 s.</summary>
    public TimeSpan AnswerWithin { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Address to show in the list of nodes; default the host name.</summary>
    public string? Address { get; init; }
}

internal sealed record RevocationOptions
{
    /// <summary>How long revocations are kept: never shorter than the longest session; default 30 days.</summary>
    public TimeSpan KeepFor { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How far a provider's clock may be ahead of ours; added to cut-offs on the side that refuses; default 1 s.</summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromSeconds(1);
}

internal sealed record SessionsOptions
{
    /// <summary>How many sessions are remembered at most; the longest unseen go first; default 1,000,000.</summary>
    public int Capacity { get; init; } = 1_000_000;

    /// <summary>How often what was seen is written to the store; default 1 s.</summary>
    public TimeSpan FlushEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a session without an expiry is listed after it was last seen; default 30 days.</summary>
    public TimeSpan ForgetAfter { get; init; } = TimeSpan.FromDays(30);
}

/// <summary>How live connections end.</summary>
internal sealed record EnforcementOptions
{
    /// <summary>WebSocket Close code; default 4401.</summary>
    public int CloseCode { get; init; } = 4401;
    public string CloseReason { get; init; } = "session ended";

    /// <summary>How long a WebSocket client may take to answer the Close; default 1 s.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The last event of an event stream; an empty name sends none.</summary>
    public string LastEvent { get; init; } = "session-ended";

    /// <summary>How many connections are ended politely at a time; default 16.</summary>
    public int EndAtATime { get; init; } = 16;

    /// <summary>How many verified tokens are remembered; default 100,000.</summary>
    public int TokenCache { get; init; } = 100_000;

    /// <summary>Addresses or networks of proxies whose X-Forwarded-* headers are believed.</summary>
    public List<string> TrustedProxies { get; init; } = [];
}

internal sealed record TwoFactorOptions
{
    public bool Enabled { get; init; } = true;

    /// <summary>Refuse users without any factor; default false: they pass, as upstream.</summary>
    public bool Require { get; init; }

    /// <summary>How long a confirmed factor is remembered for the same token, user agent and address; zero never.</summary>
    public TimeSpan RememberFor { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How many 30-second steps a TOTP code may be off, to either side; default 1.</summary>
    public int TotpWindow { get; init; } = 1;

    /// <summary>The name an authenticator app shows; default Gateway.</summary>
    public string Issuer { get; init; } = "Gateway";
    public SmtpOptions? Smtp { get; init; }
    public GuessOptions Guesses { get; init; } = new();

    /// <summary>A file with 32 random bytes in base64 that encrypts the key ring in the store. In a cluster every node has
    /// the same one; default none there, and beside the store file, made when it is missing, on one machine.</summary>
    public string? KeyFile { get; init; }
}

/// <summary>How many wrong codes are borne, over the whole cluster, before right ones are refused too.</summary>
internal sealed record GuessOptions
{
    public int PerUser { get; init; } = 20;

    /// <summary>Of all users together; higher, because many may share an address.</summary>
    public int PerAddress { get; init; } = 100;
    public TimeSpan Within { get; init; } = TimeSpan.FromHours(1);
}

internal sealed record SmtpOptions
{
    public string Host { get; init; } = "";
    public int Port { get; init; } = 25;

    /// <summary>The sender, with a name or without: <c>Example Chat &lt;chat@example.org&gt;</c>.</summary>
    public string From { get; init; } = "";

    /// <summary>The name that the gateway greets with (EHLO); default the address of this end of the connection.</summary>
    public string? LocalDomain { get; init; }

    /// <summary>Who signs in, with <see cref="Password"/> or <see cref="OAuth2"/>.</summary>
    public string? User { get; init; }
    public string? Password { get; init; }
    public SmtpOAuth2Options? OAuth2 { get; init; }

    /// <summary>Send over TLS with a certificate that verifies, or not at all; default false: STARTTLS when offered.</summary>
    public bool RequireTls { get; init; }

    /// <summary>With <see cref="RequireTls"/>: certificate authorities (PEM) to trust instead of the system's.</summary>
    public string? CaFile { get; init; }
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>Where access tokens for the mail server come from (RFC 6749), for XOAUTH2.</summary>
internal sealed record SmtpOAuth2Options
{
    /// <summary>The token endpoint: https, except on this machine.</summary>
    public string TokenUrl { get; init; } = "";
    public string ClientId { get; init; } = "";
    public string ClientSecret { get; init; } = "";
    public string? Scope { get; init; }

    /// <summary>Of a mailbox whose owner has agreed; without it the gateway asks as a client of its own.</summary>
    public string? RefreshToken { get; init; }
}

internal sealed record ManagementOptions
{
    /// <summary>The management listener; default loopback.</summary>
    public string Url { get; init; } = "http://127.0.0.1:9901";
    public List<ManagementKeyOptions> Keys { get; init; } = [];
}

internal sealed record ManagementKeyOptions
{
    public string Name { get; init; } = "";

    /// <summary>Hex of SHA-256 of the key.</summary>
    public string Sha256 { get; init; } = "";
}

internal sealed record ObservabilityOptions
{
    /// <summary>Where OpenTelemetry metrics and traces are sent (OTLP); null sends none.</summary>
    public string? OtlpEndpoint { get; init; }
}
