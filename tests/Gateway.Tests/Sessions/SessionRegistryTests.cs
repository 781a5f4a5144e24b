using System.Net;
using Gateway.Revocation;
using Gateway.Sessions;
using Gateway.Store.Sqlite;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Sessions;

public sealed class SessionRegistryTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ManualTime _time = new();
    private readonly SqliteDatabase _database;
    private readonly AwayStore _store;
    private readonly SessionRegistry _registry;

    public SessionRegistryTests()
    {
        SessionsOptions options = new() { Capacity = 100 };
        _database = new(_folder["gateway.db"], claim: true, NullLogger<SqliteDatabase>.Instance);
        _store = new(new SqliteSessionStore(_database, options));
        _registry = new(_store, options, _time, NullLogger<SessionRegistry>.Instance);
    }

    private static SessionIdentity Identity(string session, string subject = "u")
        => new("main", session, subject, client: "app", expiresAt: new(2027, 1, 1, 0, 0, 0, default));

    private static DefaultHttpContext Request(string userAgent = "Browser") => new()
    {
        Connection = { RemoteIpAddress = IPAddress.Loopback },
        Request = { Host = new("app.example"), Headers = { UserAgent = userAgent } },
    };

    [Fact]
    public async Task A_list_right_after_the_note_has_the_session()
    {
        _registry.Note(Identity("s"), Request());
        SeenSession listed = Assert.Single(await _registry.ListAsync(new(Subject: "u"), 0, 10, default));
        Assert.Equal(("s", "127.0.0.1", "Browser", "app.example"), (listed.Id, listed.Address, listed.UserAgent, listed.Host));
        Assert.Equal(listed, await _registry.FindAsync("main", "s", default));
        Assert.Equal(1, await _registry.CountAsync(new(Subject: "u"), default));
        Assert.Equal(0, await _registry.CountAsync(new(Subject: "v"), default));
    }

    [Fact]
    public async Task What_is_told_of_a_session_is_the_same_before_and_after_it_is_saved()
    {
        _time.Advance(TimeSpan.FromTicks(1_234_567));   // no whole microseconds
        _registry.Note(Identity("s"), Request());
        _store.Away = true;
        SeenSession waiting = (await _registry.FindAsync("main", "s", default))!;
        _store.Away = false;
        await _registry.FlushAsync(default);
        Assert.Equal(0, _registry.Pending);
        Assert.Equal(waiting, await _registry.FindAsync("main", "s", default));
    }

    [Fact]
    public async Task Within_a_second_a_session_is_noted_once_and_then_again()
    {
        SessionIdentity identity = Identity("s");
        _registry.Note(identity, Request("one"));
        DateTimeOffset first = _time.GetUtcNow();
        _time.Advance(TimeSpan.FromSeconds(0.9));
        _registry.Note(identity, Request("two"));
        Assert.Equal("one", (await _registry.FindAsync("main", "s", default))!.UserAgent);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        _registry.Note(identity, Request("three"));
        SeenSession seen = (await _registry.FindAsync("main", "s", default))!;
        Assert.Equal(("three", first, first.AddSeconds(1)), (seen.UserAgent!, seen.FirstSeen, seen.LastSeen));
    }

    [Fact]
    public async Task Flushed_or_not_or_both_it_is_listed_once()
    {
        SessionIdentity identity = Identity("s");
        _registry.Note(identity, Request());
        await _registry.FlushAsync(default);
        Assert.Equal(0, _registry.Pending);
        _time.Advance(TimeSpan.FromSeconds(1));
        _registry.Note(identity, Request());
        _registry.Note(Identity("t"), Request());
        _store.Away = true;
        IReadOnlyList<SeenSession> listed = await _registry.ListAsync(new(), 0, 10, default);
        Assert.Equal(["s", "t"], listed.Select(session => session.Id).Order());
        Assert.Equal(2, await _registry.CountAsync(new(), default));
        Assert.Equal(TimeSpan.FromSeconds(1), listed.Single(session => session.Id == "s") is var s ? s.LastSeen - s.FirstSeen : default);
        _store.Away = false;
        Assert.Equal(listed, await _registry.ListAsync(new(), 0, 10, default));
    }

    [Fact]
    public async Task Away_the_store_is_waited_for_with_a_bound_and_the_longest_unseen_go_first()
    {
        _store.Away = true;
        for (int i = 0; i < 150; i++)
        {
            _registry.Note(Identity("s" + i), Request());
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }
        await _registry.FlushAsync(default);
        Assert.Equal(100, _registry.Pending);
        _store.Away = false;
        await _registry.FlushAsync(default);
        Assert.Equal(0, _registry.Pending);
        Assert.Equal(100, await _registry.CountAsync(new(), default));
        Assert.Null(await _registry.FindAsync("main", "s49", default));
        Assert.NotNull(await _registry.FindAsync("main", "s50", default));
    }

    [Fact]
    public async Task Long_headers_are_kept_short()
    {
        _registry.Note(Identity("s"), Request(new string('x', 100_000)));
        Assert.Equal(512, (await _registry.FindAsync("main", "s", default))!.UserAgent!.Length);
    }

    [Fact]
    public async Task An_identity_without_a_session_is_none()
    {
        _registry.Note(new SessionIdentity("main", null, "u"), Request());
        Assert.Empty(await _registry.ListAsync(new(), 0, 10, default));
    }

    [Fact]
    public async Task A_listed_session_tells_the_index_what_the_request_told_it()
    {
        DateTimeOffset signedIn = _time.GetUtcNow();
        _registry.Note(new SessionIdentity("main", "s", "u", client: "a", secondClient: "b", authenticatedAt: signedIn), Request());
        SessionIdentity listed = Assert.Single(await _registry.ListAsync(new(), 0, 10, default)).ToIdentity();
        foreach (Target target in (Target[])[new Target.Session("main", "s"), new Target.Session("main", "s", "u"),
            new Target.Subject("main", "u", signedIn),
            new Target.Client("main", "a", signedIn), new Target.Client("main", "b", signedIn), new Target.Realm("main", signedIn)])
        {
            RevocationIndex index = new(TimeSpan.Zero);
            index.Apply(new Fact.Revocation { Id = Guid.NewGuid(), At = signedIn, Expires = signedIn.AddDays(1), Actor = "a",
                Target = target });
            Assert.True(index.IsRevoked(listed), target.ToString());
        }
    }

    [Fact]
    public async Task Noting_while_flushing_loses_nothing()
    {
        using CancellationTokenSource done = new();
        Task flushing = Task.Run(async () => { while (!done.IsCancellationRequested) await _registry.FlushAsync(default); });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (int i = 0; i < 2000; i++) _registry.Note(Identity($"{thread}-{i}"), Request());
        })));
        await done.CancelAsync();
        await flushing;
        Assert.Equal(8000, await _registry.CountAsync(new(), default));
    }

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
    }

    /// <summary>A store that can be read but takes nothing while it is away, as a full disk.</summary>
    private sealed class AwayStore(ISessionStore store) : ISessionStore
    {
        public bool Away { get; set; }

        public Task SaveAsync(IReadOnlyList<SeenSession> sessions, CancellationToken cancellation)
            => Away ? throw new StoreUnavailableException("away") : store.SaveAsync(sessions, cancellation);

        public ValueTask<SeenSession?> FindAsync(string realm, string id, CancellationToken cancellation)
            => store.FindAsync(realm, id, cancellation);

        public ValueTask<IReadOnlyList<SeenSession>> ListAsync(SessionFilter filter, DateTimeOffset now, int offset, int count,
            CancellationToken cancellation)
            => store.ListAsync(filter, now, offset, count, cancellation);

        public Task WalkAsync(SessionFilter filter, DateTimeOffset now, Action<SeenSession> visit, CancellationToken cancellation)
            => store.WalkAsync(filter, now, visit, cancellation);

        public ValueTask<int> CountAsync(SessionFilter filter, DateTimeOffset now, CancellationToken cancellation)
            => store.CountAsync(filter, now, cancellation);

        public Task ForgetAsync(DateTimeOffset now, CancellationToken cancellation) => store.ForgetAsync(now, cancellation);
    }
}
