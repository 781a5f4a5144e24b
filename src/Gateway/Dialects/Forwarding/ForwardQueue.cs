using Polly;
using Polly.Retry;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;

namespace Gateway.Dialects.Forwarding;

/// <summary>
/// Tells applications of logouts that are already enforced, so that they clear their own state (<c>Then: "Forward"</c>).
/// The client never waits for it and never sees it fail. What is still waiting when the process ends is told by the next one.
/// </summary>
internal sealed partial class ForwardQueue : IHostedService
{
    private const int MaxCalls = 1000;
    private const int MaxBytes = 16 * 1024 * 1024;
    private const int MaxRetries = 12;
    private static readonly TimeSpan Attempt = TimeSpan.FromSeconds(10);

    // The disk has as long to take a call before the client is answered without waiting for it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    // "End all the others" told much later would end sessions that have begun since.
    private static readonly TimeSpan Oldest = TimeSpan.FromHours(1);

    private readonly IProxyStateLookup _proxy;
    private readonly ForwardOutbox _outbox;
    private readonly TimeProvider _time;
    private readonly ILogger<ForwardQueue> _logger;
    private readonly ResiliencePipeline<Delivery> _retrying;
    private readonly string _process = Guid.CreateVersion7().ToString("N");
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _stopped = new();
    private readonly Lock _lock = new();
    private readonly HashSet<Task> _running = [];
    private int _bytes;

    public ForwardQueue(IProxyStateLookup proxy, ForwardOutbox outbox, TimeProvider time, ILogger<ForwardQueue> logger)
    {
        _proxy = proxy;
        _outbox = outbox;
        _time = time;
        _logger = logger;
        _retrying = new ResiliencePipelineBuilder<Delivery> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<Delivery>
            {
                ShouldHandle = new PredicateBuilder<Delivery>().HandleResult(delivery => !delivery.Done),
                MaxRetryAttempts = MaxRetries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = TimeSpan.FromMilliseconds(500),
                MaxDelay = TimeSpan.FromMinutes(1),
            })
            .Build();
    }

    /// <summary>How many calls wait for delivery.</summary>
    public int Waiting { get { lock (_lock) return _running.Count; } }

    /// <summary>Takes the call over to the background; it is on the disk then, unless that takes longer than a second.
    /// Without a matching route, or when too much waits already, it is dropped with a warning: the revocation stands either way.</summary>
    public async ValueTask EnqueueAsync(DialectCall call)
    {
        if (await PrepareAsync(call) is not { } forwarded) return;
        string key = $"{_process}-{Guid.CreateVersion7():N}";
        Task kept = _outbox.KeepAsync(key, forwarded);
        try { await kept.WaitAsync(Patience, _time); }
        catch (TimeoutException) { /* it follows */ }
        Start(forwarded, key, kept);
    }

    private void Start(ForwardedCall call, string key, Task kept)
    {
        lock (_lock)
        {
            if (_running.Count < MaxCalls && _bytes + call.Size <= MaxBytes)
            {
                _bytes += call.Size;
                TaskCompletionSource start = new(TaskCreationOptions.RunContinuationsAsynchronously);
                Task running = DeliverAsync(call, key, kept, start.Task);
                _running.Add(running);
                _ = running.ContinueWith(Finished, call.Size, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously,
                    TaskScheduler.Default);
                start.SetResult();
                return;
            }
        }
        Full(_logger, call.Dialect, MaxCalls);
        _ = ForgetAsync(key, kept);
    }

    private async Task ForgetAsync(string key, Task kept)
    {
        await kept;
        await _outbox.RemoveAsync(key);
    }

    private async Task TellWhatIsLeftAsync()
    {
        foreach ((string key, ForwardedCall? call) in await _outbox.LeftAsync())
        {
            if (key.StartsWith(_process, StringComparison.Ordinal)) continue; // came meanwhile
            if (call is not null && _time.GetUtcNow() - call.At <= Oldest)
            {
                Start(call, key, Task.CompletedTask);
                continue;
            }
            TooLate(_logger, call?.Target ?? "?");
            await _outbox.RemoveAsync(key);
        }
    }

    private async ValueTask<ForwardedCall?> PrepareAsync(DialectCall call)
    {
        if (ForwardTarget.Of(call, _proxy) is not { } target)
        {
            NoRoute(_logger, call.Dialect.Name);
            return null;
        }
        try
        {
            return await ForwardedCall.TakeAsync(call, target, _time.GetUtcNow());
        }
        catch (Exception error) when (error is not (DialectException or OutOfMemoryException))
        {
            // Whatever a transform of the configuration does, the logout stands and is answered.
            Untransformed(_logger, call.Dialect.Name, target.Name, error.GetType().Name);
            return null;
        }
    }

    private async Task DeliverAsync(ForwardedCall call, string key, Task kept, Task start)
    {
        await start;
        int attempt = 0;
        Delivery last = default;
        try
        {
            last = await _retrying.ExecuteAsync(async _ => last = await SendAsync(call, attempt++), _stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The process stops and will not wait for the next turn: one last try now.
            if (!last.Done) last = await SendAsync(call, attempt++);
        }
        if (!last.Done && _stopping.IsCancellationRequested) return; // the next process goes on
        if (last.Done) Delivered(_logger, call.Dialect, call.Target, last.Outcome, attempt);
        else Undelivered(_logger, call.Dialect, call.Target, attempt, last.Outcome);
        await ForgetAsync(key, kept);
    }

    private async Task<Delivery> SendAsync(ForwardedCall call, int attempt)
    {
        using CancellationTokenSource timeout = CancellationTokenSource.CreateLinkedTokenSource(_stopped.Token);
        timeout.CancelAfter(Attempt);
        try
        {
            if (!_proxy.TryGetCluster(call.Cluster, out ClusterState? cluster)) return new(false, "no cluster");
            using HttpRequestMessage? request = call.For(cluster, attempt);
            if (request is null) return new(false, "no destination");
            using HttpResponseMessage response = await cluster.Model.HttpClient.SendAsync(request, timeout.Token);
            return await Delivery.OfAsync(response, timeout.Token);
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException or IOException)
        {
            return new(false, error is OperationCanceledException ? "no answer in time" : "no connection");
        }
    }

    private void Finished(Task running, object? size)
    {
        lock (_lock)
        {
            _running.Remove(running);
            _bytes -= (int)size!;
        }
    }

    public Task StartAsync(CancellationToken cancellation)
    {
        // Neither the store nor an application that is away holds up the start.
        _ = Task.Run(TellWhatIsLeftAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellation)
    {
        await _stopping.CancelAsync();
        Task[] running;
        lock (_lock) running = [.. _running];
        try
        {
            await Task.WhenAll(running).WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            await _stopped.CancelAsync();
        }
    }

    [LoggerMessage(EventId = 1403, Level = LogLevel.Warning,
        Message = "A logout over the {Dialect} dialect is enforced, but no route matches it, or for a call of the management listener no "
            + "AdministrationCluster is set: the application is not told. Add a route for the dialect's paths, or set Then to Answer.")]
    private static partial void NoRoute(ILogger logger, string dialect);

    [LoggerMessage(EventId = 1404, Level = LogLevel.Warning,
        Message = "A logout over the {Dialect} dialect is enforced, but {Waiting} calls wait for the application already: it is not told "
            + "of this one.")]
    private static partial void Full(ILogger logger, string dialect, int waiting);

    [LoggerMessage(EventId = 1405, Level = LogLevel.Warning,
        Message = "A logout that was enforced before the last stop is no longer told to the application behind {Target}: it is more than "
            + "an hour old, or cannot be decrypted.")]
    private static partial void TooLate(ILogger logger, string target);

    [LoggerMessage(EventId = 1406, Level = LogLevel.Debug,
        Message = "The application behind {Target} was told of a logout over the {Dialect} dialect: {Outcome}, attempt {Attempts}.")]
    private static partial void Delivered(ILogger logger, string dialect, string target, string outcome, int attempts);

    [LoggerMessage(EventId = 1407, Level = LogLevel.Error,
        Message = "A logout over the {Dialect} dialect is enforced, but the application behind {Target} could not be told in {Attempts} "
            + "attempts: {Outcome}. Its own list may still show the session.")]
    private static partial void Undelivered(ILogger logger, string dialect, string target, int attempts, string outcome);

    [LoggerMessage(EventId = 1408, Level = LogLevel.Error,
        Message = "A logout over the {Dialect} dialect is enforced, but the transforms of {Target} failed with {Exception}: the "
            + "application is not told.")]
    private static partial void Untransformed(ILogger logger, string dialect, string target, string exception);
}
