using Gateway.Revocation;

namespace Gateway.EndToEnd.Cluster;

/// <summary>Rule R10, in a real Redis.</summary>
public sealed class RedisLogTrimmingTests(RedisFixture fixture) : IClassFixture<RedisFixture>, IAsyncLifetime
{
    private readonly List<LoneLog> _logs = [];
    private readonly string _prefix = "t" + Guid.NewGuid().ToString("N")[..8];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (LoneLog log in _logs) await log.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Trimming_removes_what_has_expired_and_a_reader_can_tell(bool front)
    {
        TimeSpan moment = TimeSpan.FromMilliseconds(1);
        LoneLog log = await LogAsync(moment), other = await LogAsync(moment);
        DateTimeOffset soon = DateTimeOffset.UnixEpoch;
        Appended first = await log.Log.AppendAsync(FailoverTests.Revocation("short") with { Expires = soon }, default);
        await log.Log.AppendAsync(FailoverTests.Revocation("long"), default);
        Appended last = await log.Log.AppendAsync(FailoverTests.Revocation("short too") with { Expires = soon }, default);
        await Eventually.TrueAsync(() => DateTimeOffset.UtcNow > last.Fact.Expires.AddMilliseconds(5));
        Trimmed trimmed = await log.Log.TrimAsync(100, front, TimeSpan.FromSeconds(30), default);
        Assert.Equal((3, 2), (trimmed.Looked, trimmed.Gone));
        Assert.InRange(trimmed.Behind, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        // Another node's turn comes later; this one goes on.
        Assert.Equal(0, (await other.Log.TrimAsync(100, front, TimeSpan.FromSeconds(30), default)).Looked);
        Assert.Equal((1, 0), await log.Log.TrimAsync(100, front, TimeSpan.FromSeconds(30), default) is var next
            ? (next.Looked, next.Gone) : default);
        LogEntry left = Assert.Single(await EntriesAsync(log.Log));
        Assert.Equal(new LogPosition(first.Position.Epoch, 2), left.Position);
        Assert.Empty((await log.Log.ReadFromAsync(left.Position, 10, default)).Entries);
    }

    [Fact]
    public async Task The_front_is_trimmed_page_by_page_and_begins_anew_where_nothing_can_have_expired()
    {
        LoneLog brief = await LogAsync(keepFor: TimeSpan.FromMilliseconds(1)), keeping = await LogAsync(keepFor: TimeSpan.FromDays(1));
        Appended last = await brief.Log.AppendAsync(FailoverTests.Revocation("0") with { Expires = DateTimeOffset.UnixEpoch }, default);
        for (int i = 1; i < 25; i++)
            last = await brief.Log.AppendAsync(FailoverTests.Revocation(i.ToString()) with { Expires = DateTimeOffset.UnixEpoch }, default);
        for (int i = 0; i < 25; i++) await keeping.Log.AppendAsync(FailoverTests.Revocation("kept" + i), default);
        await Eventually.TrueAsync(() => DateTimeOffset.UtcNow > last.Fact.Expires.AddMilliseconds(5));
        List<long> gone = [];
        for (int page = 0; page < 5; page++)
            gone.Add((await keeping.Log.TrimAsync(10, front: true, TimeSpan.FromSeconds(30), default)).Gone);
        // The fourth page is of younger ones alone: there it turns back.
        Assert.Equal([10, 10, 5, 0, 0], gone);
        Assert.Equal("0", await fixture.Redis.CommandAsync("HGET", _prefix + ":epoch", "front"));
        Assert.Equal(25, (await EntriesAsync(keeping.Log)).Count);
    }

    private async Task<LoneLog> LogAsync(TimeSpan keepFor)
    {
        LoneLog log = await LoneLog.StartAsync(fixture.Redis, _prefix, keepFor);
        _logs.Add(log);
        return log;
    }

    private static async Task<IReadOnlyList<LogEntry>> EntriesAsync(IRevocationLog log)
        => (await log.ReadFromAsync(LogPosition.Start, 1000, default)).Entries;
}
