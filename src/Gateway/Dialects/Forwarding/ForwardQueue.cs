using Polly;
using Polly.Retry;
using Yarp.ReverseProxy;

namespace Gateway.Dialects.Forwarding;

/// <summary>
/// Tells applications of logouts that are already enforced, so that they clear their own state (<c>Then: "Forward"</c>).
/// The client never waits for it and never sees it fail. Calls wait in memory, never on disk: they hold credentials. So
/// what is still waiting when the process dies is lost; the revocation is not.
/// </summary>
internal sealed partial class ForwardQueue : IHostedService
{
    private const int MaxCalls = 1000;
    private const int MaxBytes = 16 * 1024 * 1024;
    private const int MaxRetries = 12;
    private static readonly TimeSpan Attempt = TimeSpan.FromSeconds(10);

    private readonly IProxyStateLookup _proxy;
    private readonly ILogger<ForwardQueue> _logger;
    private readonly ResiliencePipeline<Delivery> _retrying;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _stopped = new();
    private readonly Lock _lock = new();
    private readonly HashSet<Task> _running = [];
    private int _bytes;

    public ForwardQueue(IProxyStateLookup proxy, TimeProvider time, ILogger<ForwardQueue> logger)
    {
        _proxy = proxy;
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

    /// <summary>Takes the call over to the background. Without a matching route, or when too much waits already, it is
    /// dropped with a warning: the revocation stands either way.</summary>
    public async ValueTask Enqueue(DialectCall call)
    {
        ForwardedCall? forwarded = await Prepare(call);
        if (forwarded is null) return;
        lock (_lock)
        {
            if (_running.Count < MaxCalls && _bytes + forwarded.Size <= MaxBytes)
            {
                _bytes += forwarded.Size;
                TaskCompletionSource start = new(TaskCreationOptions.RunContinuationsAsynchronously);
                Task running = Deliver(forwarded, start.Task);
                _running.Add(running);
                _ = running.ContinueWith(Finished, forwarded.Size, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
                start.SetResult();
                return;
            }
        }
        Full(_logger, forwarded.Dialect, MaxCalls);
    }

    private async ValueTask<ForwardedCall?> Prepare(DialectCall call)
    {
        if (ForwardTarget.Of(call, _proxy) is not { } target)
        {
            NoRoute(_logger, call.Dialect.Name);
            return null;
        }
        try
        {
            return await ForwardedCall.Take(call, target);
        }
        catch (Exception error) when (error is not (DialectException or OutOfMemoryException))
        {
            // Whatever a transform of the configuration does, the logout stands and is answered.
            Untransformed(_logger, call.Dialect.Name, target.Name, error.GetType().Name);
            return null;
        }
    }

    private async Task Deliver(ForwardedCall call, Task start)
    {
        await start;
        int attempt = 0;
        Delivery last = default;
        try
        {
            last = await _retrying.ExecuteAsync(async _ => last = await Send(call, attempt++), _stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The process stops and will not wait for the next turn: one last try now.
            if (!last.Done) last = await Send(call, attempt++);
        }
        if (last.Done) Delivered(_logger, call.Dialect, call.Target, last.Outcome, attempt);
        else Undelivered(_logger, call.Dialect, call.Target, attempt, last.Outcome);
    }

    private async Task<Delivery> Send(ForwardedCall call, int attempt)
    {
        using CancellationTokenSource timeout = CancellationTokenSource.CreateLinkedTokenSource(_stopped.Token);
        timeout.CancelAfter(Attempt);
        try
        {
            using HttpRequestMessage? request = call.For(attempt);
            if (request is null) return new(false, "no destination");
            using HttpResponseMessage response = await call.Cluster.Model.HttpClient.SendAsync(request, timeout.Token);
            return await Delivery.Of(response, timeout.Token);
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

    public Task StartAsync(CancellationToken cancellation) => Task.CompletedTask;

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

    [LoggerMessage(Level = LogLevel.Warning, Message = "A logout over the {Dialect} dialect is enforced, but no route matches it, or for a call of the management listener no AdministrationCluster is set: the application is not told. Add a route for the dialect's paths, or set Then to Answer.")]
    private static partial void NoRoute(ILogger logger, string dialect);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A logout over the {Dialect} dialect is enforced, but {Waiting} calls wait for the application already: it is not told of this one.")]
    private static partial void Full(ILogger logger, string dialect, int waiting);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The application behind {Target} was told of a logout over the {Dialect} dialect: {Outcome}, attempt {Attempts}.")]
    private static partial void Delivered(ILogger logger, string dialect, string target, string outcome, int attempts);

    [LoggerMessage(Level = LogLevel.Error, Message = "A logout over the {Dialect} dialect is enforced, but the application behind {Target} could not be told in {Attempts} attempts: {Outcome}. Its own list may still show the session.")]
    private static partial void Undelivered(ILogger logger, string dialect, string target, int attempts, string outcome);

    [LoggerMessage(Level = LogLevel.Error, Message = "A logout over the {Dialect} dialect is enforced, but the transforms of {Target} failed with {Exception}: the application is not told.")]
    private static partial void Untransformed(ILogger logger, string dialect, string target, string exception);
}
