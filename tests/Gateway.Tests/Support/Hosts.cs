using Microsoft.AspNetCore.Builder;

namespace Gateway.Tests.Support;

internal static class Hosts
{
    /// <summary>Stops and disposes without waiting for connections that a test left open.</summary>
    public static async Task StopNowAsync(this WebApplication app)
    {
        using CancellationTokenSource now = new(TimeSpan.FromMilliseconds(100));
        try { await app.StopAsync(now.Token); }
        catch (OperationCanceledException) { /* open connections are cut */ }
        catch (AggregateException error) when (error.InnerExceptions.All( inner => inner is OperationCanceledException))
        {
            /* so are services that would finish their work */
        }
        await app.DisposeAsync();
    }
}
