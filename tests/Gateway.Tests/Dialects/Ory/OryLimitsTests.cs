using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Gateway.Revocation;
using static Gateway.Tests.Dialects.Ory.OryAnswers;

namespace Gateway.Tests.Dialects.Ory;

/// <summary>What one ordinary user can put into the log, and that nobody can keep him from logging out.</summary>
public sealed class OryLimitsTests : IAsyncLifetime
{
    private const string TooMany = """{"error":{"code":429,"status":"Too Many Requests","reason":"Nothing has changed. Try again later.","""
        + "\"message\":\"Too many sessions were ended in a short time\"}}\n";

    private DialectHost _host = null!;

    public async Task InitializeAsync() => _host = await DialectHost.StartAsync("Ory",
        change: settings => settings.Set("Gateway:Limits:SubjectFactsPerHour", 3));

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Ids_that_are_made_up_are_answered_as_by_the_vendor_and_leave_nothing()
    {
        string token = await _host.SeenTokenAsync("alice", "mine");
        long before = await RecordedAsync();
        for (int n = 0; n < 1000; n++)
        {
            using HttpResponseMessage answer = await DeleteAsync("/sessions/" + Guid.NewGuid(), token);
            Assert.Equal(204, (int)answer.StatusCode);
        }
        Assert.Equal(before, await RecordedAsync());
        // A known one ends all the same.
        string other = await _host.SeenTokenAsync("alice", "other");
        await DeleteAsync("/sessions/other", token);
        Assert.Equal(401, await _host.ReachAsync(other));
    }

    [Fact]
    public async Task A_thief_who_uses_the_budget_up_is_logged_out()
    {
        string thief = await _host.SeenTokenAsync("alice", "thief"), first = await _host.SeenTokenAsync("alice", "first");
        await CountAsync(thief, 1);
        Assert.Equal(401, await _host.ReachAsync(first));
        await CountAsync(thief, 0);
        await CountAsync(thief, 0);
        for (int n = 0; n < 10; n++)
        {
            using HttpResponseMessage refused = await DeleteAsync("/sessions", thief);
            Assert.InRange(int.Parse(refused.Headers.GetValues("Retry-After").Single(), CultureInfo.InvariantCulture), 1, 1200);
            await refused.IsErrorAsync(429, TooMany);
        }

        // Alice signs in again; within the cut-off's second that does not count.
        string again = "";
        await Eventually.TrueAsync(async () =>
            await _host.ReachAsync(again = _host.Token("alice", DialectHost.New("again"))) == 200);
        await CountAsync(again, 1);
        Assert.Equal((401, 200), (await _host.ReachAsync(thief), await _host.ReachAsync(again)));
        // And so does each of her own sessions end.
        using HttpResponseMessage logout = await _host.SendAsync(HttpMethod.Delete, "/self-service/logout/api",
            body: JsonContent.Create(new { session_token = again }));
        Assert.Equal(204, (int)logout.StatusCode);
        Assert.Equal(401, await _host.ReachAsync(again));
    }

    [Fact]
    public async Task An_administrator_is_not_kept_from_ending_somebody_who_used_his_budget_up()
    {
        string token = await _host.SeenTokenAsync("bob", "one");
        for (int n = 0; n < 3; n++) await CountAsync(token, 0);
        await (await DeleteAsync("/sessions", token)).IsErrorAsync(429, TooMany);
        Assert.Equal(204, (int)(await _host.Gateway.Management.DeleteAsync("/admin/identities/bob/sessions")).StatusCode);
        Assert.Equal(401, await _host.ReachAsync(token));
    }

    private async Task CountAsync(string token, int count)
    {
        using HttpResponseMessage answer = await DeleteAsync("/sessions", token);
        string body = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == 200, body);
        Assert.Equal(count, (int)JsonNode.Parse(body)!["count"]!);
    }

    private Task<HttpResponseMessage> DeleteAsync(string path, string token)
        => _host.SendAsync(HttpMethod.Delete, path, change: SessionToken(token));

    private async Task<long> RecordedAsync() => (await _host.Gateway.Get<IRevocationLog>().HeadAsync(default)).Number;
}
