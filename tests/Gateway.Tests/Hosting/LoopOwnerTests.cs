using Gateway.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Hosting;

/// <summary>Every loop has one owner that starts it again, counts, and ends the process when that does not help.</summary>
public sealed class LoopOwnerTests
{
    private readonly ManualTime _time = new();
    private readonly Lifetime _lifetime = new();
    private readonly ProcessEnd _end;

    public LoopOwnerTests() => _end = new(_lifetime, NullLogger<ProcessEnd>.Instance);

    [Fact]
    public async Task A_loop_that_fails_is_started_again_and_counted()
    {
        await using Owned owned = await OwnAsync(new Failing(fails: 2));

        await owned.UntilRoundAsync(1);
        Assert.Contains("A loop has failed and is started again: failing on purpose. InvalidOperationException: no",
            owned.States.Troubles());
        await owned.UntilRoundAsync(3, advance: true);

        await Eventually.TrueAsync(() => owned.Loop.Trouble is null);
        Assert.Equal(2, owned.Loop.Failures);
        Assert.Equal(0, _end.Code);
    }

    [Fact]
    public async Task A_loop_that_ends_by_itself_is_started_again_too()
    {
        await using Owned owned = await OwnAsync(new Failing(fails: 1, silently: true));

        await owned.UntilRoundAsync(2, advance: true);

        Assert.Equal(1, owned.Loop.Failures);
    }

    [Fact]
    public async Task A_loop_that_fails_time_after_time_ends_the_process_with_a_code()
    {
        await using Owned owned = await OwnAsync(new Failing(fails: int.MaxValue));

        await owned.UntilRoundAsync(LoopOwner<Failing>.MostInARow, advance: true);

        await Eventually.TrueAsync(() => _lifetime.Stopped);
        Assert.Equal(1, _end.Code);
    }

    [Fact]
    public async Task A_loop_that_stands_still_is_seen()
    {
        await using Owned owned = await OwnAsync(new Failing(fails: 0));
        await owned.UntilRoundAsync(1);
        Assert.Empty(owned.States.Troubles());

        _time.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal(["A loop stands still: failing on purpose."], owned.States.Troubles());
    }

    [Fact]
    public async Task A_stop_is_no_failure()
    {
        Owned owned = await OwnAsync(new Failing(fails: 0));
        await owned.UntilRoundAsync(1);

        await owned.DisposeAsync();

        Assert.Equal(0, owned.Loop.Failures);
        Assert.False(_lifetime.Stopped);
    }

    /// <summary>A host whose start failed is disposed without a stop, and its loops with it.</summary>
    [Fact]
    public async Task A_host_that_goes_down_at_its_start_counts_no_failure()
    {
        Owned owned = await OwnAsync(new Failing(fails: 0));
        await owned.UntilRoundAsync(1);

        owned.Owner.Dispose();
        owned.Loop.Dispose();
        await owned.Owner.StopAsync(CancellationToken.None);

        Assert.Equal(0, owned.Loop.Failures);
        Assert.Null(owned.Loop.Trouble);
    }

    private async Task<Owned> OwnAsync(Failing loop)
    {
        Owned owned = new(loop, new(loop, _end, _time, NullLogger<LoopOwner<Failing>>.Instance), _time);
        await owned.Owner.StartAsync(CancellationToken.None);
        return owned;
    }

    private sealed record Owned(Failing Loop, LoopOwner<Failing> Owner, ManualTime Time) : IAsyncDisposable
    {
        public LoopStates States { get; } = new([Loop]);

        public Task UntilRoundAsync(int round, bool advance = false) => Eventually.TrueAsync(() =>
        {
            if (advance) Time.Advance(TimeSpan.FromSeconds(10));
            return Loop.Rounds >= round && (Loop.IsRunning || Loop.Trouble is not null);
        });

        public async ValueTask DisposeAsync() => await Owner.StopAsync(CancellationToken.None);
    }

    private sealed class Failing(int fails, bool silently = false) : Loop
    {
        public int Rounds;
        public bool IsRunning;

        public override string Work => "failing on purpose";

        public override TimeSpan RoundTakesAtMost => TimeSpan.FromSeconds(10);

        protected override async Task ExecuteAsync(CancellationToken stopping)
        {
            await Task.Yield();
            int round = Interlocked.Increment(ref Rounds);
            if (round <= fails)
            {
                if (silently) return;
                throw new InvalidOperationException("no");
            }
            IsRunning = true;
            await Task.Delay(Timeout.InfiniteTimeSpan, stopping);
        }
    }

    private sealed class Lifetime : IHostApplicationLifetime
    {
        public bool Stopped { get; private set; }
        public CancellationToken ApplicationStarted => default;
        public CancellationToken ApplicationStopping => default;
        public CancellationToken ApplicationStopped => default;
        public void StopApplication() => Stopped = true;
    }
}
