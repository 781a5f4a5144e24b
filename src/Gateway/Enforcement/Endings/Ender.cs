using Gateway.Hosting;

namespace Gateway.Enforcement.Endings;

/// <summary>Ends what was sealed, a few at a time: the next ones begin when this node has done its share for those before,
/// and after a pause. So a great sweep takes only what the others leave, and does not fill the queue they stand in.</summary>
internal sealed partial class Ender(LiveConnections connections, ExchangeServices services, EnforcementOptions options, TimeProvider time,
    ILogger<Ender> logger) : Loop
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    // Longer than this a peer does not keep the next ones waiting.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    public override string Work => "ending connections of revoked sessions politely";

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                await connections.SealedBell.WaitAsync(stopping);
                services.Pulse();
                List<Task> begun = [];
                while (connections.Sealed.TryDequeue(out (LiveConnection Connection, Sweep Sweep) next))
                {
                    begun.Add(EndAsync(next.Connection, next.Sweep));
                    if (begun.Count < options.EndAtATime) continue;
                    await Task.WhenAll(begun).WithinAsync(Patience, time);
                    await Task.Delay(Pause, time, stopping);
                    begun.Clear();
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested) { }
    }

    private Task EndAsync(LiveConnection connection, Sweep sweep)
    {
        try { return connection.EndAsync(sweep); }
        catch (Exception error)
        {
            CouldNotEnd(logger, connection.Ending.Word, error);
            return Task.CompletedTask;
        }
    }

    [LoggerMessage(EventId = 1203, Level = LogLevel.Error,
        Message = "A live connection ({Kind}) is sealed but could not be ended politely.")]
    private static partial void CouldNotEnd(ILogger logger, string kind, Exception error);
}
