using Gateway.Http;
using Gateway.Logout;
using Gateway.Revocation;
using Gateway.Sessions;
using Gateway.Store;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Logout;

/// <summary>A budget bounds what ends nothing; nobody can be kept from ending a session by using one up.</summary>
public sealed class AdmissionTests : IAsyncLifetime
{
    private static readonly Actor Alice = new("ory:alice", "192.0.2.1"), Ops = new("key ops", "192.0.2.2");

    private readonly ManualTime _time = new();
    private readonly TestIssuer _issuer = new();
    private InProcessGateway _gateway = null!;
    private RevocationService _service = null!;

    public async Task InitializeAsync()
    {
        _gateway = await InProcessGateway.StartAsync(GatewaySettings.For(issuer: _issuer)
            .Set("Gateway:Limits:SubjectFactsPerHour", 6).Set("Gateway:Limits:CallerFactsPerMinute", 6)
            .Set("Gateway:Limits:ClusterFactsPerDay", 24), _time);
        _service = _gateway.Get<RevocationService>();
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task A_subjects_cut_offs_that_end_nothing_are_bounded_and_come_back_with_time()
    {
        for (int n = 0; n < 6; n++) await CutOffAsync("alice");
        BudgetSpentException spent = await Assert.ThrowsAsync<BudgetSpentException>(() => CutOffAsync("alice"));
        Assert.Equal(TimeSpan.FromMinutes(10), spent.Again);
        Assert.Equal((429, spent.Again), (spent.Refusal.Status, spent.Refusal.RetryAfter));
        Assert.Equal(6, await RecordedAsync());

        await CutOffAsync("bob");   // whose budget is his own
        _time.Advance(spent.Again);
        await CutOffAsync("alice");
        await Assert.ThrowsAsync<BudgetSpentException>(() => CutOffAsync("alice"));
    }

    [Fact]
    public async Task What_ends_a_living_session_is_never_refused()
    {
        for (int n = 0; n < 6; n++) await CutOffAsync("alice");
        for (int n = 0; n < 20; n++)
        {
            // A thief, who has used it all up, and has signed in after the cut-offs.
            _time.Advance(TimeSpan.FromSeconds(3));
            SessionIdentity thief = See("alice", "thief" + n);
            await CutOffAsync("alice");
            Assert.True(_gateway.Get<RevocationIndex>().IsRevoked(thief));
            await Assert.ThrowsAsync<BudgetSpentException>(() => CutOffAsync("alice"));
        }
        // One session, of a subject without a budget, also where the cluster's is spent; and whoever shows the token of what he ends.
        _time.Advance(TimeSpan.FromSeconds(3));
        See("alice", "one");
        await RevokeAsync(new Target.Session("main", "one", "alice"), Alice, RevocationRight.Owner);
        for (int n = 0; n < 10; n++) await RevokeAsync(new Target.Token("main", "token" + n), Alice, RevocationRight.Holder);
        await Assert.ThrowsAsync<BudgetSpentException>(
            () => RevokeAsync(new Target.Session("main", "one", "alice"), Alice, RevocationRight.Owner));
        See("bob", "of bob");
        await RevokeAsync(new Target.Session("main", "of bob"), Ops, RevocationRight.Administrator);
    }

    [Fact]
    public async Task A_repeat_of_what_is_recorded_costs_nothing_and_is_never_refused()
    {
        for (int n = 0; n < 50; n++)
            await RevokeAsync(new Target.Session("main", "s"), Ops, RevocationRight.Administrator, key: "k");
        Assert.Equal(1, await RecordedAsync());
        for (int n = 0; n < 5; n++) await RevokeAsync(new Target.Session("main", "s" + n), Ops, RevocationRight.Administrator);
        await Assert.ThrowsAsync<BudgetSpentException>(
            () => RevokeAsync(new Target.Session("main", "s6"), Ops, RevocationRight.Administrator));
        Assert.False((await RevokeAsync(new Target.Session("main", "s"), Ops, RevocationRight.Administrator, key: "k")).First);
    }

    [Fact]
    public async Task What_fails_costs_nothing()
    {
        for (int n = 0; n < 50; n++)
            await Assert.ThrowsAsync<IdempotencyConflictException>(async () =>
            {
                await RevokeAsync(new Target.Session("main", "a"), Ops, RevocationRight.Administrator, key: "k");
                await RevokeAsync(new Target.Session("main", "b"), Ops, RevocationRight.Administrator, key: "k");
            });
        for (int n = 0; n < 5; n++) await RevokeAsync(new Target.Session("main", "c" + n), Ops, RevocationRight.Administrator);
    }

    [Fact]
    public async Task Subjects_together_leave_administrators_half_of_the_clusters_budget()
    {
        foreach (string user in (string[])["a", "b"])
            for (int n = 0; n < 6; n++) await CutOffAsync(user);
        await Assert.ThrowsAsync<BudgetSpentException>(() => CutOffAsync("c"));
        foreach (string key in (string[])["x", "y"])
            for (int n = 0; n < 6; n++)
                await RevokeAsync(new Target.Session("main", key + n), Ops with { Name = key }, RevocationRight.Administrator);
        await Assert.ThrowsAsync<BudgetSpentException>(
            () => RevokeAsync(new Target.Session("main", "z"), Ops, RevocationRight.Administrator));
        Assert.Equal(24, await RecordedAsync());
    }

    [Fact]
    public async Task However_many_call_at_once_no_more_are_recorded()
    {
        int refused = 0;
        await Task.WhenAll(Enumerable.Range(0, 200).Select(n => Task.Run(async () =>
        {
            try { await RevokeAsync(new Target.Session("main", "s" + n), Ops, RevocationRight.Administrator); }
            catch (BudgetSpentException) { Interlocked.Increment(ref refused); }
        })));
        Assert.Equal((6L, 194), (await RecordedAsync(), refused));
    }

    private Task<RevocationOutcome> CutOffAsync(string subject)
        => RevokeAsync(new Target.Subject("main", subject), Alice with { Name = "ory:" + subject }, RevocationRight.Owner);

    private Task<RevocationOutcome> RevokeAsync(Target target, Actor actor, RevocationRight right, string? key = null)
        => _service.RevokeAsync(new(target, actor) { Right = right, IdempotencyKey = key }, default);

    private SessionIdentity See(string subject, string session)
    {
        SessionIdentity identity = new("main", session, subject, authenticatedAt: _time.GetUtcNow());
        _gateway.Get<SessionRegistry>().Note(identity, new DefaultHttpContext());
        return identity;
    }

    // Cut-offs that end sessions by their ids have a fact more.
    private async Task<long> RecordedAsync() => (await _gateway.Get<IRevocationLog>().HeadAsync(default)).Number;
}
