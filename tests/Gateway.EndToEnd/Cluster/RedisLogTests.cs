using System.Diagnostics;
using Gateway.Cluster.Redis;
using Gateway.Revocation;
using Gateway.Tests.Cluster;
using StackExchange.Redis;

namespace Gateway.EndToEnd.Cluster;

public sealed class RedisLogTests(RedisFixture fixture) : RevocationLogContract, IClassFixture<RedisFixture>, IAsyncLifetime
{
    private readonly List<LoneLog> _logs = [];
    private readonly string _prefix = "t" + Guid.NewGuid().ToString("N")[..8];

    private protected override async ValueTask<IRevocationLog> NewLogAsync() => (await LogAsync()).Log;

    private async Task<LoneLog> LogAsync(TimeSpan? keepFor = null)
    {
        LoneLog log = await LoneLog.StartAsync(fixture.Redis, _prefix, keepFor);
        _logs.Add(log);
        return log;
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (LoneLog log in _logs) await log.DisposeAsync();
    }

    private Task<string?> RedisAsync(params string[] words) => fixture.Redis.CommandAsync(words);

    [Fact]
    public async Task A_marker_stands_for_other_programs_while_a_revocation_acts()
    {
        LoneLog log = await LogAsync();
        Fact.Revocation one = Revocation("m1"), two = Revocation("m1");
        await log.Log.AppendAsync(one, default);
        await log.Log.AppendAsync(two, default);
        string key = $"{_prefix}:revoked:session:main:m1";
        Assert.Equal($"{one.Id:N}\n{two.Id:N}", await RedisAsync("GET", key));
        Assert.InRange(long.Parse((await RedisAsync("TTL", key))!), 86400 * 29, 86400 * 31);
        foreach ((Fact.Revocation undone, string? left) in new[] { (one, two.Id.ToString("N")), (two, null) })
        {
            await log.Log.AppendAsync(new Fact.Reinstatement { Id = Guid.CreateVersion7(), At = undone.At, Expires = undone.Expires,
                Actor = "test", Of = undone.Id }, default);
            Assert.Equal(left, await RedisAsync("GET", key));
        }
    }

    [Theory]
    [InlineData("revoked:session:main:m1")]
    [InlineData("fact:ID")]
    [InlineData("undone:ID")]
    [InlineData("fact:OTHER")]
    public async Task A_key_that_somebody_else_has_put_there_stops_no_log(string key)
    {
        LoneLog log = await LogAsync();
        Appended other = await log.Log.AppendAsync(Revocation("other"), default);
        Fact.Revocation fact = Revocation("m1");
        string name = $"{_prefix}:{key.Replace("ID", fact.Id.ToString("N")).Replace("OTHER", other.Fact.Id.ToString("N"))}";
        foreach (string[] put in (string[][])[["HSET", name, "a", "b"], ["SET", name, "a\nb"]])
        {
            await RedisAsync("DEL", name);
            await RedisAsync(put);
            foreach (Fact one in (Fact[])[fact, Reinstatement(fact), Revocation("m1"), Reinstatement(other.Fact)])
                Assert.Equal(other.Position.Epoch, (await log.Log.AppendAsync(one, default)).Position.Epoch);
            await log.Log.MissingAsync([fact, other.Fact], default);
        }
        Assert.Equal(other.Position.Epoch, (await log.Log.HeadAsync(default)).Epoch);
        Assert.Equal(4, (await ReadAllAsync(log.Log)).Select(entry => entry.Fact.Id).Distinct().Count(id =>
            id == fact.Id || id == other.Fact.Id || id == Reinstatement(fact).Id || id == Reinstatement(other.Fact).Id));
    }

    private static Fact.Reinstatement Reinstatement(Fact of) => new()
    {
        Id = new Guid(of.Id.ToByteArray().Reverse().ToArray()), At = of.At, Expires = of.Expires, Actor = "test", Of = of.Id,
    };

    [Fact]
    public async Task What_comes_to_redis_after_its_deadline_is_never_recorded()
    {
        LoneLog log = await LogAsync();
        await log.Log.AppendAsync(Revocation("before"), default);
        Fact.Revocation late = Revocation("late");
        AppendCall call = new([late], _prefix, _prefix + ":bell", TimeSpan.FromDays(1), DateTimeOffset.UtcNow,
            Deadline: DateTimeOffset.UtcNow.AddSeconds(-1));
        RedisKey[] keys = [_prefix + ":log", _prefix + ":epoch", _prefix + ":nodes"];
        Assert.Null(Assert.Single((await log.Connection.General.RunAsync(call, keys, TimeSpan.FromSeconds(5), default)).Result));
        Assert.DoesNotContain(await ReadAllAsync(log.Log), entry => entry.Fact.Id == late.Id);
        // What is there already is told, however late one asks.
        await log.Log.AppendAsync(late, default);
        Assert.NotNull(Assert.Single((await log.Connection.General.RunAsync(call, keys, TimeSpan.FromSeconds(5), default)).Result));
    }

    [Fact]
    public async Task A_clock_of_redis_that_jumps_costs_one_attempt()
    {
        LoneLog log = await LogAsync();
        string epoch = (await log.Log.HeadAsync(default)).Epoch;
        // As if it had gone back by an hour since it was last asked.
        log.Connection.Clock.Saw(DateTimeOffset.UtcNow.AddHours(-1), Stopwatch.GetTimestamp());
        TooLateException error = await Assert.ThrowsAsync<TooLateException>(() => log.Log.AppendAsync(Revocation("late"), default));
        Assert.Equal((epoch, true), (error.Epoch, error.HadNoEffect));
        await log.Log.AppendAsync(Revocation("again"), default);
        Assert.Equal("again", ((Target.Session)Assert.IsType<Fact.Revocation>(Assert.Single(await ReadAllAsync(log.Log)).Fact).Target).Id);
    }

    [Fact]
    public async Task A_fact_is_never_older_than_the_clock_of_the_node_that_records_it()
    {
        LoneLog log = await LogAsync();
        DateTimeOffset ahead = DateTimeOffset.FromUnixTimeMilliseconds(DateTimeOffset.UtcNow.AddMinutes(10).ToUnixTimeMilliseconds());
        AppendCall call = new([Revocation("m")], _prefix, _prefix + ":bell", TimeSpan.FromDays(1), ahead, DateTimeOffset.MaxValue);
        await log.Connection.General.RunAsync(call, [_prefix + ":log", _prefix + ":epoch", _prefix + ":nodes"], TimeSpan.FromSeconds(5),
            default);
        Fact fact = Assert.Single(await ReadAllAsync(log.Log)).Fact;
        Assert.Equal((ahead, ahead.AddDays(1)), (fact.At, fact.Expires < ahead.AddDays(1) ? fact.Expires : ahead.AddDays(1)));
    }

    [Fact]
    public async Task A_session_of_a_subject_does_not_mark_the_session_of_everybody()
    {
        await (await LogAsync()).Log.AppendAsync(Revocation() with { Target = new Target.Session("main", "x", OfSubject: "bob") }, default);
        Assert.Equal("0", await RedisAsync("EXISTS", $"{_prefix}:revoked:session:main:x"));
        Assert.Equal("1", await RedisAsync("EXISTS", $"{_prefix}:revoked:session-of:main:bob:x"));
    }

    [Theory]
    [InlineData("a:b", "c", "a%3Ab:c")]
    [InlineData("a", "b:c", "a:b:c")]
    [InlineData("a%3Ab", "c", "a%253Ab:c")]
    public async Task The_subject_of_a_marker_ends_at_its_first_colon(string subject, string session, string marker)
    {
        await (await LogAsync()).Log.AppendAsync(Revocation() with { Target = new Target.Session("main", session, subject) }, default);
        Assert.Equal("1", await RedisAsync("EXISTS", $"{_prefix}:revoked:session-of:main:{marker}"));
    }

    [Fact]
    public async Task A_new_epoch_knows_the_longest_lease_of_the_one_before()
    {
        LoneLog log = await LogAsync();
        await log.Log.RenewAsync(log.Renewal() with { Length = TimeSpan.FromSeconds(7) }, TimeSpan.FromSeconds(5), default);
        Assert.Equal(7, (await BeginAsync()).LongestBefore.TotalSeconds);
        // One that began a moment ago still waits for it; a mature one does not.
        ClusterState young = await BeginAsync();
        Assert.Equal(7, young.LongestBefore.TotalSeconds);
        await log.Log.RenewAsync(log.Renewal(serial: 2, seen: young.Epoch), TimeSpan.FromSeconds(5), default);
        Assert.Equal(1, (await BeginAsync()).LongestBefore.TotalSeconds);

        async Task<ClusterState> BeginAsync()
        {
            await RedisAsync("HSET", _prefix + ":epoch", "life", "another");
            return (await log.Log.RenewAsync(log.Renewal(), TimeSpan.FromSeconds(5), default)).State;
        }
    }

    [Fact]
    public async Task Time_and_expiry_are_those_of_redis()
    {
        LoneLog log = await LogAsync();
        Appended appended = await log.Log.AppendAsync(
            Revocation() with { At = DateTimeOffset.UnixEpoch, Expires = DateTimeOffset.UnixEpoch }, default);
        Assert.InRange(appended.Fact.At, DateTimeOffset.UtcNow.AddSeconds(-5), DateTimeOffset.UtcNow.AddSeconds(5));
        Assert.Equal(appended.Fact.At + TimeSpan.FromDays(30), appended.Fact.Expires);
        Assert.Equal(appended.Fact, Assert.Single(await ReadAllAsync(log.Log)).Fact);
    }

    [Theory]
    [InlineData("FLUSHALL")]
    [InlineData("DEL log")]
    [InlineData("DEL epoch")]
    [InlineData("DEL nodes")]
    [InlineData("XADD log")]
    [InlineData("XDEL log")]
    public async Task What_befalls_the_data_begins_a_new_epoch(string fault)
    {
        LoneLog log = await LogAsync();
        await log.Log.RenewAsync(log.Renewal(), TimeSpan.FromSeconds(1), default);
        Appended first = await log.Log.AppendAsync(Revocation("a"), default);
        await log.Log.AppendAsync(Revocation("b"), default);
        await log.Log.AppendAsync(Revocation("c"), default);
        await (fault switch
        {
            "FLUSHALL" => RedisAsync("FLUSHALL"),
            "DEL log" => RedisAsync("DEL", _prefix + ":log"),
            "DEL epoch" => RedisAsync("DEL", _prefix + ":epoch"),
            "DEL nodes" => RedisAsync("DEL", _prefix + ":nodes"),
            "XADD log" => RedisAsync("XADD", _prefix + ":log", "*", "a", "b"),
            _ => RedisAsync("XDEL", _prefix + ":log", "2-0"),
        });
        await Assert.ThrowsAsync<EpochEndedException>(() => log.Log.ReadFromAsync(first.Position, 100, default));
        Assert.NotEqual(first.Position.Epoch, (await log.Log.HeadAsync(default)).Epoch);
        Appended again = await log.Log.AppendAsync(Revocation("d"), default);
        Assert.NotEqual(first.Position.Epoch, again.Position.Epoch);
        if (fault == "XADD log") await Assert.ThrowsAsync<UnknownFactException>(() => ReadAllAsync(log.Log));
        else Assert.Contains(again.Fact, (await ReadAllAsync(log.Log)).Select(entry => entry.Fact));
    }

    [Fact]
    public async Task A_long_way_is_read_ahead_and_misses_nothing_that_came_meanwhile()
    {
        LoneLog log = await LogAsync();
        List<Fact> facts = [];
        async Task AppendAsync(int count)
        {
            for (int i = 0; i < count; i++) facts.Add((await log.Log.AppendAsync(Revocation("w" + facts.Count), default)).Fact);
        }
        await AppendAsync(22);
        List<LogEntry> read = [];
        LogPage page = new([], LogPosition.Start, End: false);
        for (int n = 0; !page.End; n++)
        {
            page = await log.Log.ReadFromAsync(page.Next, 5, default);
            read.AddRange(page.Entries);
            if (n is 1 or 3) await AppendAsync(2);
        }
        Assert.Equal(facts, read.Select(entry => entry.Fact));
        Assert.Equal(Enumerable.Range(1, facts.Count).Select(number => (long)number), read.Select(entry => entry.Position.Number));
        Assert.Equal(await log.Log.HeadAsync(default), page.Next);
    }

    [Fact]
    public async Task A_page_that_was_read_ahead_does_not_hide_the_end_of_its_epoch()
    {
        LoneLog log = await LogAsync();
        for (int i = 0; i < 15; i++) await log.Log.AppendAsync(Revocation("w" + i), default);
        LogPage page = await log.Log.ReadFromAsync(LogPosition.Start, 5, default);
        await RedisAsync("FLUSHALL");
        await Assert.ThrowsAsync<EpochEndedException>(async () =>
        {
            // What was on its way is of the epoch that was asked; after it the end shows.
            for (int n = 0; n < 3; n++) page = await log.Log.ReadFromAsync(page.Next, 5, default);
        });
    }

    [Fact]
    public async Task An_entry_of_another_form_on_a_long_way_stops_the_reader_right_before_it()
    {
        LoneLog log = await LogAsync();
        for (int i = 0; i < 7; i++) await log.Log.AppendAsync(Revocation("w" + i), default);
        await RedisAsync("XADD", _prefix + ":log", "8-0", "i", "x", "f", "x", "a", "x", "y", "x");
        await RedisAsync("DEL", _prefix + ":epoch");
        for (int i = 0; i < 10; i++) await log.Log.AppendAsync(Revocation("v" + i), default);
        LogPage page = await log.Log.ReadFromAsync(LogPosition.Start, 5, default);
        // The next page was read ahead.
        page = await log.Log.ReadFromAsync(page.Next, 5, default);
        Assert.Equal((7L, false), (page.Next.Number, page.End));
        await Assert.ThrowsAsync<UnknownFactException>(() => log.Log.ReadFromAsync(page.Next, 5, default));
    }

    [Fact]
    public async Task What_was_lost_is_found_missing_and_restored_as_it_was()
    {
        LoneLog log = await LogAsync();
        Fact.Revocation kept = Revocation("kept");
        Fact lost = (await log.Log.AppendAsync(Revocation("lost"), default)).Fact;
        await RedisAsync("FLUSHALL");
        await log.Log.AppendAsync(kept, default);
        (string epoch, IReadOnlyList<Fact> missing) = await log.Log.MissingAsync([lost, kept], default);
        Assert.Equal(lost, Assert.Single(missing));
        Assert.Equal(epoch, await log.Log.RestoreAsync(missing, default));
        Assert.Contains(lost, (await ReadAllAsync(log.Log)).Select(entry => entry.Fact));
    }

    [Fact]
    public async Task A_marker_stays_small_however_often_a_subject_is_cut_off()
    {
        LoneLog log = await LogAsync();
        List<Fact.Revocation> all = [];
        for (int i = 0; i < 40; i++)
        {
            all.Add(Revocation() with { Target = new Target.Subject("main", "bob", DateTimeOffset.FromUnixTimeSeconds(1_000_000 + i)) });
            await log.Log.AppendAsync(all[^1], default);
        }
        // An earlier instant adds nothing.
        await log.Log.AppendAsync(Revocation() with { Target = new Target.Subject("main", "bob", DateTimeOffset.FromUnixTimeSeconds(5)) },
            default);
        string marker = (await RedisAsync("GET", $"{_prefix}:revoked:subject:main:bob"))!;
        Assert.Equal(all.TakeLast(16).Select(one => one.Id.ToString("N")), marker.Split('\n').Select(line => line[..32]));
    }

    [Fact]
    public async Task A_burst_shares_scripts_and_loses_nothing()
    {
        LoneLog log = await LogAsync();
        Appended[] all = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => log.Log.AppendAsync(Revocation("s" + i), default)));
        Assert.Equal(Enumerable.Range(1, 1000).Select(i => (long)i), all.Select(appended => appended.Position.Number).Order());
    }

    [Fact]
    public async Task A_frozen_redis_hangs_nothing()
    {
        LoneLog log = await LogAsync();
        await log.Log.AppendAsync(Revocation("before"), default);
        await fixture.Redis.FreezeAsync();
        try
        {
            long started = Stopwatch.GetTimestamp();
            await Assert.ThrowsAsync<StoreUnavailableException>(() => log.Log.AppendAsync(Revocation("frozen"), default));
            await Assert.ThrowsAsync<StoreUnavailableException>(() => log.Log.ReadFromAsync(LogPosition.Start, 10, default));
            Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(10));
        }
        finally
        {
            await fixture.Redis.ContinueAsync();
        }
        Fact.Revocation after = Revocation("after");
        await Gateway.Tests.Support.Eventually.PassesAsync(async () => await log.Log.AppendAsync(after, default));
    }

    [Fact]
    public async Task A_lease_comes_with_the_head_and_waits_for_it()
    {
        LoneLog log = await LogAsync(), other = await LogAsync();
        Appended fact = await other.Log.AppendAsync(Revocation(), default);
        (ClusterState state, long asked) = await log.Log.RenewAsync(log.Renewal(seen: fact.Position.Epoch), TimeSpan.FromSeconds(1),
            default);
        Assert.True(log.Watch.Observe(state, asked));
        Assert.Equal((fact.Position.Epoch, 1L, true), (state.Epoch, state.Head, state.Mature));
        Assert.True(log.Watch.Grant(state, asked));
        Assert.False(log.Lease.IsUsable);
        log.Watch.Applied(fact.Position);
        Assert.True(log.Lease.IsUsable);
        Assert.Contains(log.Node.Id, (await other.Log.AppendAsync(Revocation("s2"), default)).Nodes);
        await log.Log.RemoveAsync(log.Node.Id, null, default);
        Assert.DoesNotContain(log.Node.Id, (await other.Log.AppendAsync(Revocation("s3"), default)).Nodes);
    }

    [Theory]
    [InlineData("7|1|SOON|50000|0|0|9.9.9|there|more", "7|True|False")]
    [InlineData("7|1|1|5000|0|0|9.9.9|there|more", "7|True|True")]
    [InlineData("7|0|99999999999999|5000|x", "7|False|True")]
    [InlineData("v2:abc", "0|True|False")]
    [InlineData("", "0|True|False")]
    public async Task R17_an_entry_of_another_form_counts_as_a_node(string entry, string read)
    {
        LoneLog log = await LogAsync();
        await log.Log.RenewAsync(log.Renewal(), TimeSpan.FromSeconds(5), default);
        string soon = DateTimeOffset.UtcNow.AddSeconds(30).ToUnixTimeMilliseconds().ToString();
        await RedisAsync("HSET", _prefix + ":nodes", "newer", entry.Replace("SOON", soon), "a:newer", "e|1");
        await RedisAsync("HSET", _prefix + ":epoch", "listed", (await RedisAsync("HLEN", _prefix + ":nodes"))!);
        (ClusterState state, _) = await log.Log.RenewAsync(log.Renewal(serial: 2), TimeSpan.FromSeconds(5), default);
        NodeLease node = Assert.Single(state.Nodes, node => node.Id == "newer");
        Assert.Equal((read, false, true, true, 1), ($"{node.Serial}|{node.Holds}|{node.Over}", node.IsUnderstood, node.Serves,
            node.Repairing, node.Reads));
        Assert.Equal((true, FactEncoding.Newest, "1.0.0"), state.Nodes.Where(node => node.Id == log.Node.Id)
            .Select(node => (node.IsUnderstood, node.Reads, node.Version)).Single());
        Assert.Contains("newer", (await log.Log.AppendAsync(Revocation(), default)).Nodes.Append(node.Holds && !node.Over ? "" : "newer"));
    }

    [Fact]
    public async Task What_belongs_together_is_appended_together_and_the_last_is_answered()
    {
        LoneLog log = await LogAsync();
        Fact.Revocation cutOff = Revocation() with { Target = new Target.Subject("main", "u") };
        Fact[] ended = [.. Enumerable.Range(0, 3).Select(n => new Fact.EndedSessions
        {
            Id = Guid.CreateVersion7(), At = cutOff.At, Expires = cutOff.Expires, Actor = "test", Of = cutOff.Id, By = TargetKind.Subject,
            InRealm = "main", Sessions = [.. Enumerable.Range(0, 1000).Select(i => $"s{n}-{i}")],
        })];
        Task<Appended>[] others = [.. Enumerable.Range(0, 50).Select(i => log.Log.AppendAsync(Revocation("o" + i), default))];
        Appended appended = await log.Log.AppendAsync(cutOff, ended, default);
        await Task.WhenAll(others);
        List<LogEntry> read = await ReadAllAsync(log.Log);
        long[] places = [.. read.Where(entry => entry.Fact is Fact.EndedSessions).Select(entry => entry.Position.Number)];
        Assert.Equal([appended.Position.Number - 3, appended.Position.Number - 2, appended.Position.Number - 1], places);
        Assert.Equal(((Fact.EndedSessions)ended[1]).Sessions, ((Fact.EndedSessions)read[(int)places[1] - 1].Fact).Sessions);
        Assert.Equal(cutOff.Id, appended.Fact.Id);
        Assert.Equal(appended.Position, (await log.Log.AppendAsync(cutOff, ended, default)).Position);
        Assert.Equal(54, (await ReadAllAsync(log.Log)).Count);
    }

    [Fact]
    public async Task A_renewal_that_was_held_up_does_not_take_back_a_later_one()
    {
        LoneLog log = await LogAsync();
        await log.Log.RenewAsync(log.Renewal(serial: 2), TimeSpan.FromSeconds(1), default);
        (ClusterState state, _) = await log.Log.RenewAsync(log.Renewal(serial: 1, wants: false), TimeSpan.FromSeconds(1), default);
        Assert.Equal((2L, true), (state.Nodes[0].Serial, state.Nodes[0].Holds));
    }
}
