using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;

namespace Gateway.Store.Redis;

/// <summary>
/// Where Redis is: a single server, Redis Cluster, or, with <c>serviceName=</c>, whichever server the sentinels name as
/// the master. The sentinels are asked before each connection, and watched by <see cref="SentinelWatch"/>. The client library
/// follows a master by itself, but slower: after a master's death all nodes enforced again after 5 s this way and after
/// 12 to 22 s that way, with leases of 3 s.
/// </summary>
internal sealed class RedisTopology
{
    private readonly ConfigurationOptions _options;
    private readonly TimeProvider _time;

    // Why a sentinel did not name a master, the last time that it was asked.
    private readonly ConcurrentDictionary<string, string> _unanswered = [];

    /// <param name="connection">A connection string of StackExchange.Redis.</param>
    /// <param name="limit">How long an attempt to connect may take.</param>
    /// <exception cref="ArgumentException">The connection string cannot be read.</exception>
    public RedisTopology(string connection, RedisCertificates certificates, TimeSpan limit, TimeProvider time)
    {
        Certificates = certificates;
        _options = ConfigurationOptions.Parse(connection);
        _time = time;
        if (_options.EndPoints.Count == 0) throw new ArgumentException("names no server");
        ConnectLimit = limit;
    }

    public TimeSpan ConnectLimit { get; }

    public RedisCertificates Certificates { get; }

    /// <summary>Whether the connections are made with TLS.</summary>
    public bool IsSecure => _options.Ssl;

    public bool HasSentinels => !string.IsNullOrEmpty(_options.ServiceName);

    /// <summary>Whether the connection string itself says that another server may become the master.</summary>
    public bool MayFailOver => HasSentinels || _options.EndPoints.Count > 1;

    public string ServiceName => _options.ServiceName ?? "";

    /// <exception cref="RedisConnectionException">It cannot be reached now.</exception>
    /// <exception cref="TimeoutException">It does not answer in time.</exception>
    /// <returns>The connection, and with sentinels the master that it leads to.</returns>
    /// <param name="hears">Whether it is for subscriptions: the library opens their way after the connection, so a first SUBSCRIBE waits
    /// for it.</param>
    public async Task<(ConnectionMultiplexer Multiplexer, string? Master)> ConnectAsync(string purpose, bool hears,
        CancellationToken cancellation)
    {
        ConfigurationOptions options = Common(_options.Clone(), hears);
        options.ClientName ??= "gateway-" + purpose;
        if (!HasSentinels) return (await OpenAsync(options, cancellation), null);
        EndPoint master = await AskSentinelsAsync(cancellation)
            ?? throw new RedisConnectionException(ConnectionFailureType.UnableToConnect, CommandFlags.None,
                $"No sentinel names a master for the service {ServiceName}. {string.Join(" ", _unanswered.Values)}".TrimEnd());
        return (await OpenAsync(LedTo(options, master), cancellation), Name(master));
    }

    /// <summary>Gives the address that most of the sentinels name; null when none answers.</summary>
    public async Task<EndPoint?> AskSentinelsAsync(CancellationToken cancellation)
    {
        EndPoint?[] answers = await Task.WhenAll(_options.EndPoints.Select(sentinel => AskSentinelAsync(sentinel, cancellation)));
        return MostNamed(answers);
    }

    public static EndPoint? MostNamed(IEnumerable<EndPoint?> answers)
        => answers.OfType<EndPoint>().GroupBy(Name).OrderByDescending(group => group.Count()).FirstOrDefault()?.First();

    private async Task<EndPoint?> AskSentinelAsync(EndPoint sentinel, CancellationToken cancellation)
    {
        ConnectionMultiplexer? multiplexer = null;
        try
        {
            multiplexer = await ConnectSentinelAsync(sentinel, cancellation);
            EndPoint? named = await multiplexer.GetServer(sentinel).SentinelGetMasterAddressByNameAsync(ServiceName)
                .WaitAsync(ConnectLimit, _time, cancellation);
            if (named is null) _unanswered[Name(sentinel)] = $"{Name(sentinel)} knows no service of that name.";
            else _unanswered.TryRemove(Name(sentinel), out _);
            return named;
        }
        catch (Exception error) when (RedisFailure.Is(error, cancellation))
        {
            bool guarded = !_options.Ssl && await WantsPasswordAsync(sentinel, cancellation);
            _unanswered[Name(sentinel)] = $"{Name(sentinel)}: {RedisFailure.SentinelReason(error, guarded)}";
            return null;
        }
        finally
        {
            if (multiplexer is not null) _ = CloseAsync(multiplexer);
        }
    }

    // The client library tells of a connection that did not come about, and not that it was refused: the server does, who is asked plainly.
    private async Task<bool> WantsPasswordAsync(EndPoint server, CancellationToken cancellation)
    {
        try
        {
            using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(ConnectLimit);
            using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(server, limit.Token);
            await socket.SendAsync("PING\r\n"u8.ToArray(), limit.Token);
            byte[] answer = new byte[64];
            int length = await socket.ReceiveAsync(answer, limit.Token);
            return answer.AsSpan(0, length).StartsWith("-NOAUTH"u8);
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException) { return false; }
    }

    public IReadOnlyList<EndPoint> Sentinels => [.. _options.EndPoints];

    public Task<ConnectionMultiplexer> ConnectSentinelAsync(EndPoint sentinel, CancellationToken cancellation)
    {
        ConfigurationOptions options = LedTo(Common(_options.Clone(), hears: true), sentinel);
        options.CommandMap = CommandMap.Sentinel;
        // These are the server's own where the connection string gives no others for the sentinels.
        (options.User, options.Password) = (_options.SentinelUser, _options.SentinelPassword);
        return OpenAsync(options, cancellation);
    }

    private static ConfigurationOptions LedTo(ConfigurationOptions options, EndPoint server)
    {
        options.ServiceName = null;
        options.EndPoints.Clear();
        options.EndPoints.Add(server);
        return options;
    }

    // One that could not be made is asked once: it tells why, which the library's own error does not.
    private async Task<ConnectionMultiplexer> OpenAsync(ConfigurationOptions options, CancellationToken cancellation)
    {
        Task<ConnectionMultiplexer> opening = ConnectionMultiplexer.ConnectAsync(options);
        try
        {
            ConnectionMultiplexer multiplexer = await opening.WaitAsync(ConnectLimit * 2, _time, cancellation);
            if (!multiplexer.IsConnected) await multiplexer.GetServers()[0].PingAsync().WaitAsync(ConnectLimit, _time, cancellation);
            return multiplexer;
        }
        catch
        {
            // Also one that comes about when nobody waits for it any more.
            _ = opening.ContinueWith(static opened => CloseAsync(opened.Result), CancellationToken.None,
                TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            throw;
        }
    }

    /// <summary>Throws a connection away; closing may itself wait for a peer that is gone.</summary>
    public static async Task CloseAsync(ConnectionMultiplexer multiplexer)
    {
        await Task.Yield();
        try { await multiplexer.CloseAsync(allowCommandsToComplete: false); }
        catch (Exception) { /* it is thrown away */ }
    }

    public static string Name(EndPoint endPoint) => endPoint switch
    {
        IPEndPoint ip => $"{ip.Address}:{ip.Port}",
        DnsEndPoint dns => $"{dns.Host}:{dns.Port}",
        _ => endPoint.ToString() ?? "",
    };

    private ConfigurationOptions Common(ConfigurationOptions options, bool hears)
    {
        // A connection that cannot be made is an error in Open, and made again by whoever needs it; the library's own retries
        // would only blur when.
        options.AbortOnConnectFail = false;
        options.ConnectRetry = 1;
        // Keys and channels of the library's own, outside the prefix.
        options.TieBreaker = options.ConfigurationChannel = "";
        options.ConnectTimeout = (int)ConnectLimit.TotalMilliseconds;
        options.SyncTimeout = (int)ConnectLimit.TotalMilliseconds;
        // Each call has a limit of its own here. The library looks only once in a heartbeat, and would say that its own limit has passed.
        options.AsyncTimeout = (int)TimeSpan.FromDays(1).TotalMilliseconds;
        // A call that waits for the server's return would be carried out after it was answered as failed.
        options.BacklogPolicy = hears ? BacklogPolicy.Default : BacklogPolicy.FailFast;
        // Under RESP3 one socket does for both: what comes on the line that hears is short.
        options.SharedSubscriptionConnection = hears;
        // INFO, for the checks of the server.
        options.AllowAdmin = true;
        options.KeepAlive = 1;
        Certificates.ApplyTo(options);
        return options;
    }
}
