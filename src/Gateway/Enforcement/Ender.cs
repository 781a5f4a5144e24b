using Gateway.Configuration;

namespace Gateway.Enforcement;

/// <summary>Ends what was sealed, a few at a time with a pause, so that a great sweep does not take the threads from those
/// who go on.</summary>
internal sealed class Ender(LiveConnections connections, Passage passage, EnforcementOptions options, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                await connections.SealedBell.WaitAsync(stopping);
                passage.Pulse();
                int begun = 0;
                while (connections.Sealed.TryDequeue(out (LiveConnection Connection, Sweep Sweep) next))
                {
                    next.Connection.End(next.Sweep);
                    if (++begun % options.EndAtATime == 0) await Task.Delay(Pause, time, stopping);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested) { }
    }
}
