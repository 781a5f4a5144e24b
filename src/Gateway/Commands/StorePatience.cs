using Gateway.Revocation;
using Gateway.Store;

namespace Gateway.Commands;

/// <summary>Waits before a command changes something for a store that will answer in a moment: nothing that was half done has to
/// be repeated then.</summary>
internal static class StorePatience
{
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ForConnection = TimeSpan.FromSeconds(3), ForNodes = TimeSpan.FromSeconds(15);

    /// <exception cref="StoreUnavailableException">It does not answer, or it is not sure what it holds.</exception>
    public static async Task AwaitAsync(IServiceProvider services, CancellationToken cancellation)
    {
        IVersionedStore store = services.GetRequiredService<IVersionedStore>();
        TimeProvider time = services.GetRequiredService<TimeProvider>();
        long began = time.GetTimestamp();
        while (true)
        {
            try
            {
                await store.ReadAsync(Keyspace.ManagementKeys, "", cancellation);
                return;
            }
            catch (StoreUnavailableException error)
            {
                if (time.GetElapsedTime(began) > (error is UnsettledException ? ForNodes : ForConnection)) throw;
                await Task.Delay(Again, time, cancellation);
            }
        }
    }
}
