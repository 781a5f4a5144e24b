using Gateway.Sessions;

namespace Gateway.Tests.Sessions;

/// <summary>What every <see cref="ISessionStore"/> promises; runs against each of them.</summary>
public abstract class SessionStoreContract
{
    private protected static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    /// <summary>A store that begins empty.</summary>
    private protected abstract ValueTask<ISessionStore> NewStoreAsync(SessionsOptions options);

    private protected static SeenSession Seen(string id, double minutesAgo = 0, string realm = "main", string? subject = "u") => new()
    {
        Realm = realm, Id = id, Subject = subject, Client = "app", FirstSeen = Now.AddMinutes(-minutesAgo),
        LastSeen = Now.AddMinutes(-minutesAgo),
        AuthenticatedAt = Now.AddHours(-1), IssuedAt = Now.AddMinutes(-30), ExpiresAt = Now.AddHours(1), Address = "10.0.0.1",
        UserAgent = "Browser/1 100%", Host = "app.example",
    };

    private static async Task<string[]> IdsAsync(ISessionStore store, SessionFilter filter, int offset = 0, int count = 100)
        => [.. (await store.ListAsync(filter, Now, offset, count, default)).Select(session => session.Id)];

    [Fact]
    public async Task What_is_saved_is_found_as_it_was()
    {
        ISessionStore store = await NewStoreAsync(new());
        SeenSession bare = new() { Realm = "main", Id = "ä🦊\u0000", FirstSeen = Now, LastSeen = Now };
        await store.SaveAsync([Seen("s1"), bare], default);
        Assert.Equal(Seen("s1"), await store.FindAsync("main", "s1", default));
        Assert.Equal(bare, await store.FindAsync("main", bare.Id, default));
        Assert.Null(await store.FindAsync("other", "s1", default));
        Assert.Null(await store.FindAsync("main", "S1", default));
    }

    [Fact]
    public async Task The_same_session_again_is_one_session_seen_from_first_to_last()
    {
        ISessionStore store = await NewStoreAsync(new());
        SeenSession first = Seen("s", 10) with { ExpiresAt = Now.AddHours(2), Address = "old" },
            last = Seen("s", 1) with { Address = "new" };
        await store.SaveAsync([first], default);
        await store.SaveAsync([last], default);
        await store.SaveAsync([Seen("s", 5)], default);
        Assert.Equal(last with { FirstSeen = first.FirstSeen, ExpiresAt = first.ExpiresAt }, await store.FindAsync("main", "s", default));
        Assert.Equal(first.With(last), await store.FindAsync("main", "s", default));
        Assert.Equal(last.With(first), await store.FindAsync("main", "s", default));
        Assert.Equal(1, await store.CountAsync(new(), Now, default));
    }

    [Fact]
    public async Task Lists_are_seen_last_first_in_pages()
    {
        ISessionStore store = await NewStoreAsync(new());
        await store.SaveAsync([.. Enumerable.Range(0, 20).Select(i => Seen("s" + i, i))], default);
        Assert.Equal(["s0", "s1", "s2"], await IdsAsync(store, new(), 0, 3));
        Assert.Equal(["s3", "s4", "s5"], await IdsAsync(store, new(), 3, 3));
        Assert.Equal(["s19"], await IdsAsync(store, new(), 19, 3));
        Assert.Empty(await IdsAsync(store, new(), 20, 3));
        Assert.Equal(20, await store.CountAsync(new(), Now, default));
    }

    [Fact]
    public async Task Sessions_of_one_millisecond_keep_their_order()
    {
        ISessionStore store = await NewStoreAsync(new());
        SeenSession[] sessions = [.. Enumerable.Range(0, 9)
            .Select(i => Seen("s" + i) with { FirstSeen = Now.AddMicroseconds(i), LastSeen = Now.AddMicroseconds(i) })];
        await store.SaveAsync(sessions, default);
        await store.SaveAsync([sessions[4], sessions[4] with { FirstSeen = Now.AddMicroseconds(2) }], default);
        sessions[4] = sessions[4] with { FirstSeen = Now.AddMicroseconds(2) };
        Assert.Equal(sessions.Reverse(), await store.ListAsync(new(), Now, 0, 9, default));
    }

    [Fact]
    public async Task Each_member_of_the_filter_narrows()
    {
        ISessionStore store = await NewStoreAsync(new());
        await store.SaveAsync(
        [
            Seen("a"), Seen("b", 1, realm: "other"), Seen("c", 2, subject: "v"), Seen("d", 3) with { Client = "cli" },
            Seen("e", 4) with { SecondClient = "cli" }, Seen("f", 5, subject: null), Seen("%_!x", 6) with { UserAgent = "Phone" },
        ], default);
        Assert.Equal(["b"], await IdsAsync(store, new(Realm: "other")));
        Assert.Equal(["c"], await IdsAsync(store, new(Realm: "main", Subject: "v")));
        Assert.Equal(["d", "e"], await IdsAsync(store, new(Client: "cli")));
        Assert.Equal(["%_!x"], await IdsAsync(store, new(Search: "phone")));
        Assert.Equal(["%_!x"], await IdsAsync(store, new(Search: "%_!")));
        Assert.Equal(["a", "b", "c", "d", "e", "f"], await IdsAsync(store, new(Search: "100%")));
        Assert.Equal(6, await store.CountAsync(new(Search: "BROWSER"), Now, default));
        Assert.Equal(1, await store.CountAsync(new(Realm: "main", Subject: "v", Client: "app", Search: "10.0"), Now, default));
        Assert.Empty(await IdsAsync(store, new(Subject: "U")));
    }

    [Fact]
    public async Task A_walk_visits_each_that_is_listed_once()
    {
        ISessionStore store = await NewStoreAsync(new());
        SeenSession[] sessions = [.. Enumerable.Range(0, 2345)
            .Select(i => Seen("s" + i, i / 64.0, realm: i % 7 == 0 ? "other" : "main", subject: i % 3 == 0 ? "v" : "u"))];
        await store.SaveAsync([.. sessions, Seen("expired") with { ExpiresAt = Now }], default);
        foreach (SessionFilter filter in new SessionFilter[] { new(), new("main"), new("main", "v"), new(Subject: "v"),
            new("main", "nobody"), new(Search: "s23") })
        {
            List<SeenSession> visited = [];
            await store.WalkAsync(filter, Now, visited.Add, default);
            Assert.Equal(sessions.Where(filter.Matches).OrderBy(session => session.Id, StringComparer.Ordinal),
                visited.OrderBy(session => session.Id, StringComparer.Ordinal));
            Assert.Equal(visited.Count, await store.CountAsync(filter, Now, default));
        }
    }

    [Fact]
    public async Task The_expired_are_not_listed_and_without_an_expiry_the_long_unseen_are_not()
    {
        ISessionStore store = await NewStoreAsync(new() { ForgetAfter = TimeSpan.FromDays(1) });
        await store.SaveAsync(
        [
            Seen("expired", 1) with { ExpiresAt = Now }, Seen("good", 2), Seen("open", 3) with { ExpiresAt = null },
            Seen("unseen", 60 * 24) with { ExpiresAt = null }, Seen("unseen but good", 60 * 24 * 2),
        ], default);
        Assert.Equal(["good", "open", "unseen but good"], await IdsAsync(store, new()));
        Assert.Equal(3, await store.CountAsync(new(), Now, default));
    }

    [Fact]
    public async Task Beyond_the_capacity_the_longest_unseen_are_forgotten()
    {
        ISessionStore store = await NewStoreAsync(new() { Capacity = 5 });
        await store.SaveAsync([.. Enumerable.Range(0, 12).Select(i => Seen("s" + i, i))], default);
        await store.ForgetAsync(Now, default);
        Assert.Equal(["s0", "s1", "s2", "s3", "s4"], await IdsAsync(store, new()));
        Assert.Null(await store.FindAsync("main", "s5", default));
    }

    [Fact]
    public async Task What_was_not_seen_for_long_and_has_expired_is_forgotten()
    {
        ISessionStore store = await NewStoreAsync(new() { ForgetAfter = TimeSpan.FromDays(1) });
        await store.SaveAsync([Seen("gone", 60 * 25) with { ExpiresAt = Now }, Seen("kept", 60 * 23) with { ExpiresAt = Now.AddHours(-1) },
            Seen("good", 60 * 25)], default);
        await store.ForgetAsync(Now, default);
        Assert.Null(await store.FindAsync("main", "gone", default));
        Assert.NotNull(await store.FindAsync("main", "kept", default));
        Assert.NotNull(await store.FindAsync("main", "good", default));
    }
}
