using Gateway.Cluster;

namespace Gateway.Tests.Cluster;

public sealed class BellTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_burst_before_anybody_waits_is_one_ring()
    {
        Bell bell = new();
        bell.Ring();
        bell.Ring();
        Assert.True(await bell.WaitAsync(Long, default));
        Assert.False(await bell.WaitAsync(TimeSpan.Zero, default));
    }

    [Fact]
    public Task Whoever_rings_runs_what_waited() => Task.Run(() =>   // away from the test runner's context
    {
        Bell bell = new();
        int thread = 0;
        async Task WaitAsync()
        {
            await bell.WaitAsync(Long, default);
            thread = Environment.CurrentManagedThreadId;
        }
        _ = WaitAsync();
        bell.Ring();
        Assert.Equal(Environment.CurrentManagedThreadId, thread);
    });

    [Fact]
    public async Task A_ring_after_the_time_has_passed_is_not_lost()
    {
        Bell bell = new();
        Assert.False(await bell.WaitAsync(TimeSpan.FromMilliseconds(1), default));
        bell.Ring();
        Assert.True(await bell.WaitAsync(Long, default));
    }

    [Fact]
    public async Task Of_many_rings_while_the_time_runs_out_none_is_lost()
    {
        Bell bell = new();
        int rung = 0, seen = 0;
        Task ringing = Task.Run(async () =>
        {
            for (int i = 0; i < 300; i++)
            {
                Interlocked.Increment(ref rung);
                bell.Ring();
                if (i % 3 == 0) await Task.Delay(i % 2);
            }
        });
        while (!ringing.IsCompleted || seen < Volatile.Read(ref rung))
        {
            bool heard = await bell.WaitAsync(ringing.IsCompleted ? Long : TimeSpan.FromMilliseconds(1), default);
            // What was rung before the wait ended is seen after it; a lost ring would leave this waiting.
            if (heard) seen = Volatile.Read(ref rung);
        }
        await ringing;
    }

    [Fact]
    public async Task Nobody_waits_longer_than_he_wants_to()
    {
        using CancellationTokenSource ended = new();
        Task waiting = new Bell().WaitAsync(Long, ended.Token);
        await ended.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }
}
