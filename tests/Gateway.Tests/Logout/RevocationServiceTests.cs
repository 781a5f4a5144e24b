using Gateway.Cluster;
using Gateway.Logout;
using Gateway.Revocation;
using Gateway.Sessions;
using Gateway.Store;

namespace Gateway.Tests.Logout;

public sealed class RevocationServiceTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private InProcessGateway _gateway = null!;
    private RevocationService _service = null!;

    public async Task InitializeAsync()
    {
        _gateway = await InProcessGateway.StartAsync(GatewaySettings.For(issuer: new TestIssuer()), _time);
        _service = _gateway.Get<RevocationService>();
    }

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    private static readonly Actor Test = new("test", "192.0.2.1");

    private bool IsRevoked(SessionIdentity identity) => _gateway.Get<RevocationIndex>().IsRevoked(identity);

    private Task<RevocationOutcome> RevokeAsync(Target target, Func<RevocationRequest, RevocationRequest>? with = null)
        => _service.RevokeAsync((with ?? (request => request))(new RevocationRequest(target, Test)), default);

    [Fact]
    public async Task When_it_is_answered_this_node_enforces_it()
    {
        SessionIdentity identity = new("main", "s", "u");
        Assert.False(IsRevoked(identity));
        RevocationOutcome outcome = await RevokeAsync(new Target.Session("main", "s"));
        Assert.True(IsRevoked(identity));
        Assert.True(outcome.First);
        Assert.True(outcome.Enforced is { Nodes: 1, Of: 1, Everywhere: true });
    }

    [Fact]
    public async Task It_is_kept_for_the_configured_time_or_longer_where_asked_and_never_shorter()
    {
        TimeSpan keep = _gateway.Get<RevocationOptions>().KeepFor;
        DateTimeOffset now = _time.GetUtcNow();
        async Task<DateTimeOffset> ExpiresAsync(DateTimeOffset? asked, Target? target = null)
            => (await RevokeAsync(target ?? new Target.Session("main", "s"),
                request => request with { Expires = asked, AllowFuture = true })).Fact.Expires;
        Assert.Equal(now + keep, await ExpiresAsync(null));
        Assert.Equal(now + keep, await ExpiresAsync(now.AddMinutes(1)));
        Assert.Equal(now + keep * 2, await ExpiresAsync(now + keep * 2));
        Assert.Equal(DateTimeOffset.MaxValue, await ExpiresAsync(DateTimeOffset.MaxValue));
        // A cut-off in the future acts from there on.
        Assert.Equal(now + keep * 3, await ExpiresAsync(null, new Target.Subject("main", "u", now + keep * 2)));
        Assert.Equal(DateTimeOffset.MaxValue, await ExpiresAsync(null, new Target.Client("main", "c", DateTimeOffset.MaxValue)));
    }

    [Fact]
    public async Task It_is_kept_until_the_last_token_of_the_session_that_was_seen_is_dead()
    {
        DateTimeOffset now = _time.GetUtcNow(), last = now + _gateway.Get<RevocationOptions>().KeepFor * 3;
        await _gateway.Get<ISessionStore>()
            .SaveAsync([new SeenSession { Realm = "main", Id = "long", FirstSeen = now, LastSeen = now, ExpiresAt = last }], default);
        Assert.True((await RevokeAsync(new Target.Session("main", "long"))).Fact.Expires > last);
    }

    [Fact]
    public async Task A_reinstatement_undoes_it_at_once_and_outlives_it()
    {
        SessionIdentity identity = new("main", "s", "u");
        var revocation = (Fact.Revocation)(await RevokeAsync(new Target.Session("main", "s"),
            request => request with { Expires = _time.GetUtcNow().AddYears(1) })).Fact;
        RevocationOutcome undone = await _service.ReinstateAsync(revocation, Test, "mistake", waitForAll: true, default);
        Assert.False(IsRevoked(identity));
        Assert.True(undone.Fact.Expires >= revocation.Expires);
        Assert.False((await _service.ReinstateAsync(revocation, Test, null, waitForAll: true, default)).First);
        await RevokeAsync(new Target.Session("main", "s"));
        Assert.True(IsRevoked(identity));
        Assert.Equal("mistake", _gateway.Get<FactTable>().Find(revocation.Id)!.Undone!.Reason);
    }

    [Fact]
    public async Task The_same_key_is_the_same_revocation_and_another_request_with_it_is_a_conflict()
    {
        RevocationOutcome first = await RevokeAsync(new Target.Session("main", "s"), request => request with { IdempotencyKey = "k" });
        _time.Advance(TimeSpan.FromSeconds(5));
        RevocationOutcome second = await RevokeAsync(new Target.Session("main", "s"), request => request with { IdempotencyKey = "k" });
        Assert.Equal((first.Fact, first.Position, true, false), (second.Fact, second.Position, first.First, second.First));
        await Assert.ThrowsAsync<IdempotencyConflictException>(
            () => RevokeAsync(new Target.Session("main", "t"), request => request with { IdempotencyKey = "k" }));
        Assert.False(IsRevoked(new("main", "t")));
    }

    public static TheoryData<string> Broken() => [.. Requests.Keys];

    private static readonly Dictionary<string, Target> Requests = new()
    {
        ["no such realm"] = new Target.Session("nowhere", "s"),
        ["realm in another case"] = new Target.Session("Main", "s"),
        ["empty id"] = new Target.Session("main", ""),
        ["long id"] = new Target.Session("main", new string('x', 1025)),
        ["long id in bytes"] = new Target.Subject("main", new string('ä', 513)),
        ["very long id"] = new Target.Token("main", new string('x', 10_240)),
        ["half a surrogate"] = new Target.Client("main", "a\ud83e"),
        ["empty subject"] = new Target.Session("main", "s", ""),
        ["long spared session"] = new Target.Subject("main", "u", null, new string('x', 1025)),
        ["subject in the future"] = new Target.Subject("main", "u", DateTimeOffset.MaxValue),
        ["client in the future"] = new Target.Client("main", "c", DateTimeOffset.MaxValue),
        ["everything in the future"] = new Target.Realm("main", DateTimeOffset.MaxValue),
    };

    [Theory, MemberData(nameof(Broken))]
    public async Task What_breaks_a_rule_is_refused_and_nothing_is_recorded(string request)
    {
        InvalidRevocationException error = await Assert.ThrowsAsync<InvalidRevocationException>(() => RevokeAsync(Requests[request]));
        Assert.DoesNotContain("xxx", error.Message);
        Assert.Empty(_gateway.Get<FactTable>().List(new(), null, 10));
    }

    [Fact]
    public async Task The_longest_id_and_this_very_instant_are_allowed()
    {
        await RevokeAsync(new Target.Session("main", new string('x', 1024)));
        await RevokeAsync(new Target.Subject("main", "u", _time.GetUtcNow()));
        await RevokeAsync(new Target.Realm("main", _time.GetUtcNow().AddDays(1)), request => request with { AllowFuture = true });
    }

    [Fact]
    public async Task A_hundred_at_once_are_all_enforced_when_answered()
        => await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(async () =>
        {
            await RevokeAsync(new Target.Session("main", "many" + i));
            Assert.True(IsRevoked(new("main", "many" + i)));
        })));
}
