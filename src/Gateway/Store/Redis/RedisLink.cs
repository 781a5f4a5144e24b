using System.Net;
using Gateway.Revocation;
using StackExchange.Redis;

namespace Gateway.Store.Redis;

/// <summary>
/// One connection to Redis for one purpose (rule R12). Nothing here can hang: each call has its own limit, and a
/// connection on which a call got no answer is thrown away and made anew, so that a half-open one costs one limit. A call
/// that fails leaves its outcome unknown; whoever calls repeats what is safe to repeat.
/// </summary>
internal sealed partial class RedisLink(string purpose, RedisTopology topology, TimeProvider time, ILogger<RedisConnection> logger)
    : IAsyncDisposable
{
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private Task<ConnectionMultiplexer>? _connecting;
    private ConnectionMultiplexer? _current;
    private string? _master;
    private long _attempted = long.MinValue;
    private bool _disposed, _told, _toldRefused;

    /// <summary>Runs a script.</summary>
    /// <exception cref="StoreUnavailableException">No answer within the limit, or Redis cannot do it; the outcome is unknown.</exception>
    public async Task<T> RunAsync<T>(ScriptCall<T> call, RedisKey[] keys, TimeSpan limit, CancellationToken cancellation)
    {
        RedisValue[] arguments = call.Arguments();
        RedisResult answer;
        try
        {
            answer = await GuardedAsync(redis => redis.GetDatabase().ScriptEvaluateAsync(call.Script.Digest, keys, arguments), limit,
                cancellation);
        }
        catch (StoreUnavailableException error) when (RedisFailure.IsUnknownScript(error.InnerException))
        {
            answer = await GuardedAsync(redis => InFullAsync(redis.GetDatabase(), call.Script, keys, arguments), limit, cancellation);
        }
        return call.Read(answer);
    }

    /// <summary>
    /// Gives part of a stream and the answer of a script as one step: nothing comes between, and one server answers both.
    /// </summary>
    /// <param name="after">The entries with a greater number.</param>
    /// <exception cref="StoreUnavailableException">No answer within the limit, or Redis cannot do it.</exception>
    public Task<(StreamEntry[] Range, T Answer)> RangeAndRunAsync<T>(
        RedisKey stream, long after, int count, ScriptCall<T> call, RedisKey[] keys, TimeSpan limit, CancellationToken cancellation)
        => GuardedAsync(async redis =>
        {
            ITransaction step = redis.GetDatabase().CreateTransaction();
            Task<StreamEntry[]> range = step.StreamRangeAsync(stream, $"({after}-0", "+", count);
            // A server that does not know a digest would answer nothing of the step.
            Task<RedisResult> ran = InFullAsync(step, call.Script, keys, call.Arguments());
            await step.ExecuteAsync();
            return (await range, call.Read(await ran));
        }, limit, cancellation);

    /// <summary>Runs commands of one kind that need no script.</summary>
    /// <exception cref="StoreUnavailableException">No answer within the limit, or Redis cannot do it; the outcome is unknown.</exception>
    public Task<T> AskAsync<T>(Func<IDatabase, Task<T>> command, TimeSpan limit, CancellationToken cancellation)
        => GuardedAsync(redis => command(redis.GetDatabase()), limit, cancellation);

    /// <summary>Waits until replicas have what was written on this connection to the server that holds a key. In a Redis Cluster each
    /// shard has replicas of its own, and <c>WAIT</c> names no key.</summary>
    /// <param name="atMost">So long Redis waits for them.</param>
    /// <returns>How many have it.</returns>
    /// <exception cref="StoreUnavailableException">No answer within the limit.</exception>
    public Task<int> ReplicatedAsync(RedisKey key, int replicas, TimeSpan atMost, TimeSpan limit, CancellationToken cancellation)
        => GuardedAsync(async redis =>
        {
            EndPoint holder = await redis.GetDatabase().IdentifyEndpointAsync(key, CommandFlags.DemandMaster)
                ?? throw new InvalidOperationException("no server holds the log now");
            return (int)await redis.GetServer(holder).ExecuteAsync("WAIT", replicas, (long)Math.Max(1, atMost.TotalMilliseconds));
        }, limit, cancellation);

    private static Task<RedisResult> InFullAsync(IDatabaseAsync database, RedisScript script, RedisKey[] keys, RedisValue[] arguments)
        => database.ScriptEvaluateAsync(script.Text, keys, arguments, CommandFlags.NoScriptCache);

    /// <summary>Hears a channel for as long as this process runs, on whatever connection there is.</summary>
    public void Subscribe(string channel, Action<RedisValue> heard)
    {
        lock (_lock) _subscriptions.Add((channel, heard));
    }

    private readonly List<(string Channel, Action<RedisValue> Heard)> _subscriptions = [];

    /// <summary>Tells whether it answers: connects where it must, and asks.</summary>
    /// <exception cref="StoreUnavailableException">It does not.</exception>
    public Task PingAsync(TimeSpan limit, CancellationToken cancellation)
        => GuardedAsync(async multiplexer => _subscriptions.Count == 0
            ? await multiplexer.GetDatabase().PingAsync()
            : await multiplexer.GetSubscriber().PingAsync(), limit, cancellation);

    /// <summary>Throws the connection away if it leads elsewhere than to this master; the next call makes a new one.
    /// A master that was replaced and comes back must not be talked to by the links that did not notice.</summary>
    /// <returns>Whether it led elsewhere.</returns>
    public bool LeaveUnless(string master)
    {
        lock (_lock)
        {
            if (_current is null || _master == master) return false;
            Discard(_current);
            return true;
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_lock) _disposed = true;
        Task<ConnectionMultiplexer>? connecting = _connecting;
        if (connecting is { IsCompletedSuccessfully: true }) await RedisTopology.CloseAsync(await connecting);
    }

    private async Task<T> GuardedAsync<T>(Func<ConnectionMultiplexer, Task<T>> call, TimeSpan limit, CancellationToken cancellation)
    {
        ConnectionMultiplexer? multiplexer = null;
        try
        {
            long started = time.GetTimestamp();
            multiplexer = _current ?? await ConnectedAsync().WaitAsync(limit, time, cancellation);
            TimeSpan left = limit - time.GetElapsedTime(started);
            T result = await call(multiplexer).WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, time, cancellation);
            _told = _toldRefused = false;
            return result;
        }
        catch (RedisServerException error)
        {
            if (multiplexer is not null && RedisFailure.IsElsewhere(error)) Drop(multiplexer);
            if (!_toldRefused && !RedisFailure.IsUnknownScript(error))
            {
                Refused(logger, purpose, RedisFailure.Reason(error));
                _toldRefused = true;
            }
            // An error instead of an answer: scripts look at what they touch before they write.
            throw new StoreUnavailableException(RedisFailure.Reason(error), error) { HadNoEffect = true };
        }
        catch (Exception error) when (RedisFailure.Is(error, cancellation))
        {
            if (multiplexer is not null) Drop(multiplexer);
            string reason = topology.Certificates.Distrust
                ?? (error is TimeoutException
                    ? $"Redis gave no answer within {limit.TotalMilliseconds:F0} ms."
                    : RedisFailure.Reason(error) + NoCertificate());
            if (!_told) Away(logger, purpose, reason);
            _told = true;
            throw new StoreUnavailableException(reason, error)
            {
                HadNoEffect = multiplexer is null,
            };
        }
    }

    // TLS 1.3 tells a client that it is refused only after it has connected, and the library no more than that nothing came.
    private string NoCertificate() => topology is { IsSecure: true, Certificates.ShowsOne: false }
        ? " Where Redis asks for a client's certificate, name it in Gateway:Store:CertificateFile." : "";

    private Task<ConnectionMultiplexer> ConnectedAsync()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_connecting is null || _connecting.IsFaulted || _connecting.IsCanceled) _connecting = ConnectAsync();
            return _connecting;
        }
    }

    private async Task<ConnectionMultiplexer> ConnectAsync()
    {
        if (_attempted != long.MinValue && BetweenAttempts - time.GetElapsedTime(_attempted) is { Ticks: > 0 } pause)
            await Task.Delay(pause, time);
        else await Task.Yield();
        _attempted = time.GetTimestamp();
        (ConnectionMultiplexer multiplexer,
            string? master) = await topology.ConnectAsync(purpose, hears: _subscriptions.Count > 0, CancellationToken.None);
        try
        {
            foreach ((string channel, Action<RedisValue> heard) in _subscriptions)
                await multiplexer.GetSubscriber().SubscribeAsync(RedisChannel.Literal(channel), (_, value) => heard(value))
                    .WaitAsync(topology.ConnectLimit, time);
        }
        catch
        {
            _ = RedisTopology.CloseAsync(multiplexer);
            throw;
        }
        lock (_lock)
        {
            multiplexer.ConnectionFailed += (_, _) => Drop(multiplexer);
            (_current, _master) = (multiplexer, master);
        }
        return multiplexer;
    }

    private void Drop(ConnectionMultiplexer multiplexer)
    {
        lock (_lock)
            if (ReferenceEquals(_current, multiplexer)) Discard(multiplexer);
    }

    private void Discard(ConnectionMultiplexer multiplexer)
    {
        _current = null;
        _connecting = null;
        _ = RedisTopology.CloseAsync(multiplexer);
    }

    [LoggerMessage(EventId = 505, Level = LogLevel.Warning, Message = "A connection to Redis has failed ({Purpose}). {Reason}")]
    private static partial void Away(ILogger logger, string purpose, string reason);

    [LoggerMessage(EventId = 511, Level = LogLevel.Warning, Message = "Redis answers with an error ({Purpose}). {Reason}")]
    private static partial void Refused(ILogger logger, string purpose, string reason);
}
