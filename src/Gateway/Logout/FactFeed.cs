using System.Runtime.CompilerServices;
using Gateway.Cluster;
using Gateway.Revocation;

namespace Gateway.Logout;

/// <summary>Tells each fact as this node applies it, from any place of the log on, without a gap and without a repetition.</summary>
internal sealed class FactFeed(IRevocationLog log, LogFollower follower, TimeProvider time)
{
    private const int PageSize = 200;

    /// <summary>Follows the log until it is cancelled.</summary>
    /// <param name="after">The last fact that the reader has; null begins with what comes from now on.</param>
    /// <param name="heartbeat">At the latest so long after the last page comes an empty one.</param>
    /// <returns>Pages in the order of the log. A log that was begun anew is told from its beginning, under new positions.</returns>
    /// <exception cref="StoreUnavailableException">The log cannot be read now; the reader goes on later from what it has.</exception>
    public async IAsyncEnumerable<IReadOnlyList<LogEntry>> FollowAsync(
        LogPosition? after, TimeSpan heartbeat, [EnumeratorCancellation] CancellationToken cancellation)
    {
        LogPosition at = after ?? follower.Applied;
        while (true)
        {
            LogPage page;
            do
            {
                page = await ReadAsync(at, cancellation);
                at = page.Next;
                if (page.Entries.Count > 0) yield return page.Entries;
            }
            while (!page.End);

            Task changed = follower.WaitForAsync(at with { Number = at.Number + 1 }, CancellationToken.None);
            while (await Task.WhenAny(changed, Task.Delay(heartbeat, time, cancellation)) != changed)
            {
                cancellation.ThrowIfCancellationRequested();
                yield return [];
                // A new epoch counts from its own beginning.
                if (follower.Applied.Epoch != at.Epoch) break;
            }
        }
    }

    private async Task<LogPage> ReadAsync(LogPosition at, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return await log.ReadFromAsync(at, PageSize, cancellation);
            }
            catch (EpochEndedException)
            {
                // The log was begun anew: its facts are told again from the beginning, under new ids.
                at = await log.HeadAsync(cancellation) with { Number = 0 };
            }
        }
    }
}
