using Gateway.Revocation;

namespace Gateway.Tests.Cluster;

/// <summary>What every <see cref="IRevocationLog"/> promises; runs against each of them. A log's clock may set <c>At</c>
/// and move <c>Expires</c> by as much.</summary>
public abstract class RevocationLogContract
{
    /// <summary>A log that begins empty.</summary>
    private protected abstract ValueTask<IRevocationLog> NewLogAsync();

    private protected static Fact.Revocation Revocation(string session = "s1") => new()
    {
        Id = Guid.CreateVersion7(), At = DateTimeOffset.UtcNow, Expires = DateTimeOffset.UtcNow.AddDays(30), Actor = "test",
        Target = new Target.Session("main", session),
    };

    [Fact]
    public async Task An_empty_log_has_nothing_and_says_so()
    {
        IRevocationLog log = await NewLogAsync();
        LogPage page = await log.ReadFromAsync(LogPosition.Start, 10, default);
        Assert.Empty(page.Entries);
        Assert.True(page.End);
        Assert.Equal(await log.HeadAsync(default), page.Next);
        Assert.NotEmpty(page.Next.Epoch);
    }

    [Fact]
    public async Task What_is_appended_is_read_in_order()
    {
        IRevocationLog log = await NewLogAsync();
        List<Appended> appended = [];
        for (int i = 0; i < 20; i++) appended.Add(await log.AppendAsync(Revocation("s" + i), default));
        LogPage page = await log.ReadFromAsync(LogPosition.Start, 100, default);
        Assert.Equal(appended.Select(a => a.Fact), page.Entries.Select(e => e.Fact));
        Assert.Equal(appended.Select(a => a.Position), page.Entries.Select(e => e.Position));
        Assert.Equal(appended[^1].Position, page.Next);
        Assert.Equal(appended[^1].Position, await log.HeadAsync(default));
        Assert.All(appended, a => { Assert.True(a.First); Assert.NotEmpty(a.Nodes); });
    }

    [Fact]
    public async Task Numbers_grow_by_one_and_pages_leave_nothing_out()
    {
        IRevocationLog log = await NewLogAsync();
        for (int i = 0; i < 25; i++) await log.AppendAsync(Revocation("s" + i), default);
        List<LogEntry> all = [];
        LogPage page = await log.ReadFromAsync(LogPosition.Start, 7, default);
        for (all.AddRange(page.Entries); !page.End; all.AddRange(page.Entries))
        {
            Assert.True(page.Entries.Count <= 7);
            page = await log.ReadFromAsync(page.Next, 7, default);
        }
        Assert.Equal(25, all.Count);
        for (int i = 1; i < 25; i++) Assert.Equal(all[i - 1].Position.Number + 1, all[i].Position.Number);
    }

    [Fact]
    public async Task A_repeat_answers_the_first_position_and_the_first_fact()
    {
        IRevocationLog log = await NewLogAsync();
        Fact.Revocation fact = Revocation();
        Appended first = await log.AppendAsync(fact, default);
        await log.AppendAsync(Revocation("s2"), default);
        Appended repeat = await log.AppendAsync(fact with { Actor = "someone else", Target = new Target.Session("main", "other") },
            default);
        Assert.False(repeat.First);
        Assert.Equal(first.Position, repeat.Position);
        Assert.Equal(first.Fact, repeat.Fact);
        Assert.Equal(2, (await log.ReadFromAsync(LogPosition.Start, 10, default)).Entries.Count);
    }

    [Fact]
    public async Task Many_at_once_each_get_a_place_of_their_own()
    {
        IRevocationLog log = await NewLogAsync();
        Appended[] appended = await Task.WhenAll(
            Enumerable.Range(0, 500).Select(i => Task.Run(() => log.AppendAsync(Revocation("s" + i), default))));
        Assert.Equal(500, appended.Select(a => a.Position.Number).Distinct().Count());
        List<LogEntry> all = await ReadAllAsync(log);
        foreach (Appended one in appended) Assert.Contains(all, e => e.Position == one.Position && e.Fact == one.Fact);
    }

    [Fact]
    public async Task The_same_id_at_once_from_many_is_one_entry()
    {
        IRevocationLog log = await NewLogAsync();
        Fact.Revocation fact = Revocation();
        Appended[] appended = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => log.AppendAsync(fact, default))));
        Assert.Single(appended, a => a.First);
        Assert.Single(appended.Select(a => a.Position).Distinct());
        Assert.Single(await ReadAllAsync(log));
    }

    [Fact]
    public async Task All_kinds_come_back_as_they_went_in()
    {
        IRevocationLog log = await NewLogAsync();
        DateTimeOffset before = DateTimeOffset.UtcNow.AddHours(-1);
        Target[] targets =
        [
            new Target.Session("main", "s", "u"), new Target.Token("main", "🦊"), new Target.Subject("r-2", "ä\u0000b", before, "s"),
            new Target.Client("main", new string('c', 1024)), new Target.Realm("main", before),
        ];
        foreach (Target target in targets) await log.AppendAsync(Revocation() with { Target = target, Reason = "why" }, default);
        Guid undone = Guid.CreateVersion7();
        await log.AppendAsync(new Fact.Reinstatement { Id = Guid.CreateVersion7(), At = before, Expires = DateTimeOffset.UtcNow.AddDays(1),
            Actor = "test", Of = undone }, default);
        List<LogEntry> all = await ReadAllAsync(log);
        Assert.Equal(targets, all.Take(5).Select(e => ((Fact.Revocation)e.Fact).Target));
        Assert.Equal(undone, Assert.IsType<Fact.Reinstatement>(all[5].Fact).Of);
    }

    [Fact]
    public async Task A_position_of_another_epoch_is_refused()
    {
        IRevocationLog log = await NewLogAsync();
        await log.AppendAsync(Revocation(), default);
        await Assert.ThrowsAsync<EpochEndedException>(() => log.ReadFromAsync(new("another", 1), 10, default));
    }

    [Fact]
    public async Task Reading_at_the_head_finds_nothing_until_something_comes()
    {
        IRevocationLog log = await NewLogAsync();
        await log.AppendAsync(Revocation(), default);
        LogPosition head = await log.HeadAsync(default);
        LogPage page = await log.ReadFromAsync(head, 10, default);
        Assert.Empty(page.Entries);
        Assert.Equal(head, page.Next);
        Appended next = await log.AppendAsync(Revocation("s2"), default);
        Assert.Equal(next.Fact, Assert.Single((await log.ReadFromAsync(page.Next, 10, default)).Entries).Fact);
    }

    private protected static async Task<List<LogEntry>> ReadAllAsync(IRevocationLog log)
    {
        List<LogEntry> all = [];
        LogPosition at = LogPosition.Start;
        for (bool end = false; !end;)
        {
            LogPage page = await log.ReadFromAsync(at, 100, default);
            all.AddRange(page.Entries);
            (at, end) = (page.Next, page.End);
        }
        return all;
    }
}
