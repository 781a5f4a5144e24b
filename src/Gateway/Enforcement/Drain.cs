using Gateway.Enforcement.Endings;
using Gateway.Hosting;

namespace Gateway.Enforcement;

/// <summary>
/// When the gateway stops: what would stay open is told so, short requests end by themselves, and what is left after
/// <c>Stopping:Drain</c> is cut. The log says how much was open, and how much was cut.
/// </summary>
internal sealed partial class Drain(LiveConnections connections, StoppingOptions options, IHostApplicationLifetime host, TimeProvider time,
    ILogger<Drain> logger) : Loop
{
    // How long gRPC answers that have begun may take to end by themselves: a stream never would.
    private static readonly TimeSpan LastCalls = TimeSpan.FromSeconds(5);

    public override string Work => "waiting for the end";

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        try
        {
            await UntilStoppingAsync(stopping);
            int open = connections.Count;
            Draining(logger, open, options.Drain.TotalSeconds);
            connections.Seal(StaysOpen);
            TimeSpan lastCalls = LastCalls < options.Drain ? LastCalls : options.Drain;
            await Task.Delay(lastCalls, time, stopping);
            connections.Seal(static connection => connection.Ending.WhenStopping == WhenStopping.GetsLastCalls
                ? EndCause.Stopping
                : EndCause.None);
            await Task.Delay(options.Drain - lastCalls, time, stopping);
            Cut(logger, connections.Seal(static _ => EndCause.Stopping), options.Drain.TotalSeconds);
            await Task.Delay(Timeout.InfiniteTimeSpan, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The listeners have closed: everything has ended.
            if (connections.Count == 0) Drained(logger);
        }
    }

    private async Task UntilStoppingAsync(CancellationToken cancellation)
    {
        TaskCompletionSource stopping = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration onStop = host.ApplicationStopping.Register(() => stopping.TrySetResult());
        await stopping.Task.WaitAsync(cancellation);
    }

    private static EndCause StaysOpen(LiveConnection connection)
        => connection.Ending.WhenStopping == WhenStopping.IsTold ? EndCause.Stopping : EndCause.None;

    [LoggerMessage(EventId = 1200, Level = LogLevel.Information,
        Message = "Stopping: no new connections are taken; {Open} exchanges are open and have {Seconds} s to end "
            + "(Gateway:Stopping:Drain).")]
    private static partial void Draining(ILogger logger, int open, double seconds);

    [LoggerMessage(EventId = 1201, Level = LogLevel.Warning,
        Message = "Stopping: {Count} exchanges were cut, for they had not ended after {Seconds} s (Gateway:Stopping:Drain).")]
    private static partial void Cut(ILogger logger, int count, double seconds);

    [LoggerMessage(EventId = 1202, Level = LogLevel.Information, Message = "Stopping: every exchange has ended.")]
    private static partial void Drained(ILogger logger);
}
