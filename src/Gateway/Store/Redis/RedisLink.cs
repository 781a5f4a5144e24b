using Gateway.Revocation;
using StackExchange.Redis;

namespace Gateway.Store.Redis;

/// <summary>
/// One connection to Redis for one purpose (rule R12). Nothing here can hang: each call has its own limit, and a
/// connection on which a call got no answer is thrown away and made anew, so that a half-open one costs one limit. A call
/// that fails leaves its outcome unknown; whoever calls repeats what is safe to repeat.
/// </summary>
internal sealed partial class RedisLink(string purpose, RedisTopology topology, TimeProvider time, ILogger<RedisConnection> logger) : IAsyncDisposable
{
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private Task<ConnectionMultiplexer>? _connecting;
    private ConnectionMultiplexer? _current;
    private string? _master;
    private long _attempted = long.MinValue;
    private bool _disposed, _told;

    /// <summary>Runs a script.</summary>
    /// <exception cref="StoreUnavailableException">No answer within the limit, or Redis cannot do it; the outcome is unknown.</exception>
    public async Task<RedisResult> Run(RedisScript script, RedisKey[] keys, object[] arguments, TimeSpan limit, CancellationToken cancellation)
    {
        try
        {
            return await Execute("EVALSHA", [script.Digest, keys.Length, .. keys, .. arguments], limit, cancellation);
        }
        catch (StoreUnavailableException error) when (RedisFailure.IsUnknownScript(error.InnerException))
        {
            return await Execute("EVAL", [script.Text, keys.Length, .. keys, .. arguments], limit, cancellation);
        }
    }

    /// <summary>Sends a command. A key among the arguments is given as <see cref="RedisKey"/>, so that Redis Cluster finds its way.</summary>
    /// <exception cref="StoreUnavailableException">No answer within the limit, or Redis cannot do it; the outcome is unknown.</exception>
    public Task<RedisResult> Execute(string command, object[] arguments, TimeSpan limit, CancellationToken cancellation)
        => Guarded(multiplexer => multiplexer.GetDatabase().ExecuteAsync(command, arguments), limit, cancellation);

    /// <summary>A command and a script as one step: nothing comes between, and one server answers both.</summary>
    /// <exception cref="StoreUnavailableException">No answer within the limit, or Redis cannot do it; the outcome is unknown.</exception>
    public Task<(RedisResult Command, RedisResult Script)> ExecuteAndRun(
        string command, object[] arguments, RedisScript script, RedisKey[] keys, object[] scriptArguments, TimeSpan limit, CancellationToken cancellation)
        => Guarded(async multiplexer =>
        {
            ITransaction step = multiplexer.GetDatabase().CreateTransaction();
            Task<RedisResult> executed = step.ExecuteAsync(command, arguments);
            // In full: a server that does not know a digest would answer nothing of the step.
            Task<RedisResult> ran = step.ExecuteAsync("EVAL", [script.Text, keys.Length, .. keys, .. scriptArguments]);
            await step.ExecuteAsync();
            return (await executed, await ran);
        }, limit, cancellation);

    /// <summary>Hears a channel for as long as this process runs, on whatever connection there is.</summary>
    public void Subscribe(string channel, Action<RedisValue> heard)
    {
        lock (_lock) _subscriptions.Add((channel, heard));
    }

    private readonly List<(string Channel, Action<RedisValue> Heard)> _subscriptions = [];

    /// <summary>Whether it answers: connects where it must, and asks.</summary>
    /// <exception cref="StoreUnavailableException">It does not.</exception>
    public Task Ping(TimeSpan limit, CancellationToken cancellation)
        => Guarded(async multiplexer => _subscriptions.Count == 0
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
        if (connecting is { IsCompletedSuccessfully: true }) await RedisTopology.Close(await connecting);
    }

    private async Task<T> Guarded<T>(Func<ConnectionMultiplexer, Task<T>> call, TimeSpan limit, CancellationToken cancellation)
    {
        ConnectionMultiplexer? multiplexer = null;
        try
        {
            long started = time.GetTimestamp();
            multiplexer = _current ?? await Connected().WaitAsync(limit, time, cancellation);
            TimeSpan left = limit - time.GetElapsedTime(started);
            T result = await call(multiplexer).WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, time, cancellation);
            _told = false;
            return result;
        }
        catch (RedisServerException error)
        {
            if (multiplexer is not null && RedisFailure.IsElsewhere(error)) Drop(multiplexer);
            throw new StoreUnavailableException(RedisFailure.Reason(error), error);
        }
        catch (Exception error) when (RedisFailure.Is(error, cancellation))
        {
            if (multiplexer is not null) Drop(multiplexer);
            string reason = topology.Distrust ?? (error is TimeoutException ? $"Redis gave no answer within {limit.TotalMilliseconds:F0} ms." : RedisFailure.Reason(error));
            if (!_told) Away(logger, purpose, reason);
            _told = true;
            throw new StoreUnavailableException(reason, error);
        }
    }

    private Task<ConnectionMultiplexer> Connected()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_connecting is null || _connecting.IsFaulted || _connecting.IsCanceled) _connecting = Connect();
            return _connecting;
        }
    }

    private async Task<ConnectionMultiplexer> Connect()
    {
        if (_attempted != long.MinValue && BetweenAttempts - time.GetElapsedTime(_attempted) is { Ticks: > 0 } pause) await Task.Delay(pause, time);
        else await Task.Yield();
        _attempted = time.GetTimestamp();
        (ConnectionMultiplexer multiplexer, string? master) = await topology.Connect(purpose, hears: _subscriptions.Count > 0, CancellationToken.None);
        try
        {
            foreach ((string channel, Action<RedisValue> heard) in _subscriptions)
                await multiplexer.GetSubscriber().SubscribeAsync(RedisChannel.Literal(channel), (_, value) => heard(value)).WaitAsync(topology.ConnectLimit, time);
        }
        catch
        {
            _ = RedisTopology.Close(multiplexer);
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
        _ = RedisTopology.Close(multiplexer);
    }

    [LoggerMessage(EventId = 505, Level = LogLevel.Warning, Message = "A connection to Redis has failed ({Purpose}). {Reason}")]
    private static partial void Away(ILogger logger, string purpose, string reason);
}
