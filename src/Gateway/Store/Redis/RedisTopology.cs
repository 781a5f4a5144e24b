using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using StackExchange.Redis;

namespace Gateway.Store.Redis;

/// <summary>
/// Where Redis is: a single server, Redis Cluster, or, with <c>serviceName=</c>, whichever server the sentinels name as
/// the master. The client library does not follow a Sentinel's master, so the sentinels are asked before each connection,
/// and watched: see <see cref="SentinelWatch"/>.
/// </summary>
internal sealed class RedisTopology
{
    private readonly ConfigurationOptions _options;
    private readonly TimeProvider _time;

    /// <param name="connection">A connection string of StackExchange.Redis.</param>
    /// <param name="limit">How long an attempt to connect may take.</param>
    /// <exception cref="ArgumentException">The connection string cannot be read.</exception>
    public RedisTopology(string connection, TimeSpan limit, TimeProvider time)
    {
        _options = ConfigurationOptions.Parse(connection);
        _time = time;
        if (_options.EndPoints.Count == 0) throw new ArgumentException("names no server");
        ConnectLimit = limit;
    }

    /// <summary>Why a connection string cannot be used; null when it can.</summary>
    public static string? Problem(string connection)
    {
        try { return ConfigurationOptions.Parse(connection).EndPoints.Count == 0 ? "it names no server" : null; }
        catch (Exception error) when (error is ArgumentException or FormatException or OverflowException) { return error.Message; }
    }

    public TimeSpan ConnectLimit { get; }

    /// <summary>Why the certificate that was shown last cannot be trusted; null when it can, or when there was none. The client
    /// library tells of a connection that did not come about, and not why.</summary>
    public string? Distrust { get; private set; }

    public bool HasSentinels => !string.IsNullOrEmpty(_options.ServiceName);

    public string ServiceName => _options.ServiceName ?? "";

    /// <exception cref="RedisConnectionException">It cannot be reached now.</exception>
    /// <exception cref="TimeoutException">It does not answer in time.</exception>
    /// <returns>The connection, and with sentinels the master that it leads to.</returns>
    public async Task<(ConnectionMultiplexer Multiplexer, string? Master)> Connect(string purpose, CancellationToken cancellation)
    {
        string? leadsTo = null;
        ConfigurationOptions options = Common(_options.Clone());
        options.ClientName ??= "gateway-" + purpose;
        if (HasSentinels)
        {
            EndPoint master = await AskSentinels(cancellation) ?? throw new TimeoutException($"No sentinel names a master for the service {_options.ServiceName}.");
            leadsTo = Name(master);
            options.ServiceName = null;
            options.TieBreaker = "";
            options.EndPoints.Clear();
            options.EndPoints.Add(master);
        }
        return (await ConnectionMultiplexer.ConnectAsync(options).WaitAsync(ConnectLimit * 2, _time, cancellation), leadsTo);
    }

    /// <summary>The address that most of the sentinels name; null when none answers.</summary>
    public async Task<EndPoint?> AskSentinels(CancellationToken cancellation)
    {
        EndPoint?[] answers = await Task.WhenAll(_options.EndPoints.Select(sentinel => AskSentinel(sentinel, cancellation)));
        return MostNamed(answers);
    }

    public static EndPoint? MostNamed(IEnumerable<EndPoint?> answers)
        => answers.OfType<EndPoint>().GroupBy(Name).OrderByDescending(group => group.Count()).FirstOrDefault()?.First();

    private async Task<EndPoint?> AskSentinel(EndPoint sentinel, CancellationToken cancellation)
    {
        ConnectionMultiplexer? multiplexer = null;
        try
        {
            multiplexer = await ConnectSentinel(sentinel, cancellation);
            return await multiplexer.GetServer(sentinel).SentinelGetMasterAddressByNameAsync(ServiceName).WaitAsync(ConnectLimit, _time, cancellation);
        }
        catch (Exception error) when (RedisFailure.Is(error, cancellation))
        {
            return null;
        }
        finally
        {
            if (multiplexer is not null) _ = multiplexer.CloseAsync(allowCommandsToComplete: false);
        }
    }

    public IReadOnlyList<EndPoint> Sentinels => [.. _options.EndPoints];

    public async Task<ConnectionMultiplexer> ConnectSentinel(EndPoint sentinel, CancellationToken cancellation)
    {
        ConfigurationOptions options = Common(_options.Clone());
        options.CommandMap = CommandMap.Sentinel;
        options.ServiceName = null;
        options.TieBreaker = "";
        options.EndPoints.Clear();
        options.EndPoints.Add(sentinel);
        return await ConnectionMultiplexer.ConnectAsync(options).WaitAsync(ConnectLimit * 2, _time, cancellation);
    }

    public static string Name(EndPoint endPoint) => endPoint switch
    {
        IPEndPoint ip => $"{ip.Address}:{ip.Port}",
        DnsEndPoint dns => $"{dns.Host}:{dns.Port}",
        _ => endPoint.ToString() ?? "",
    };

    private ConfigurationOptions Common(ConfigurationOptions options)
    {
        // A connection that cannot be made is an error here, and made again by whoever needs it; the library's own retries
        // would only blur when.
        options.AbortOnConnectFail = true;
        options.ConnectRetry = 1;
        options.ConnectTimeout = (int)ConnectLimit.TotalMilliseconds;
        options.SyncTimeout = (int)ConnectLimit.TotalMilliseconds;
        // Each call has a limit of its own here. The library looks only once in a heartbeat, and would say that its own limit has passed.
        options.AsyncTimeout = (int)TimeSpan.FromDays(1).TotalMilliseconds;
        // A call that waits for the server's return would be carried out after it was answered as failed.
        options.BacklogPolicy = BacklogPolicy.FailFast;
        // INFO, for the checks of the server.
        options.AllowAdmin = true;
        options.KeepAlive = 1;
        options.CertificateValidation += (_, _, chain, errors) => (Distrust = WhyNot(errors, chain)) is null;
        return options;
    }

    private static string? WhyNot(SslPolicyErrors errors, X509Chain? chain) => errors switch
    {
        SslPolicyErrors.None => null,
        _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable) => "Redis shows no certificate.",
        _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
            => "The certificate of Redis is for another host than the connection string names. Connect by a name that it has, or give that name as sslHost=.",
        _ => $"The certificate of Redis does not verify ({string.Join("; ", chain?.ChainStatus.Select(status => status.StatusInformation) ?? [])}). Trust its authority as the system does, or give its PEM file in SSL_CERT_FILE.",
    };
}
