using System.Text.Json.Nodes;
using Gateway.Dialects.Zitadel.Messages;
using Gateway.Revocation;
using Gateway.Sessions;
using Gateway.Tests.Dialects.Ory;
using Gateway.Tests.Dialects.Zitadel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using static Gateway.Tests.Dialects.Ory.OryAnswers;

namespace Gateway.Tests.Dialects;

public sealed class StoreAwayTests
{
    [Fact]
    public async Task A_log_that_cannot_take_it_is_503_and_nothing_has_changed()
    {
        BreakableLog log = new();
        await using DialectHost host = await DialectHost.StartAsync("Ory", change: settings =>
        {
            settings["Gateway"]!["Dialects"]!["Zitadel"] = new JsonObject { ["Realm"] = "main", ["Then"] = "Forward" };
            settings["Gateway"]!["Dialects"]!["Ory"]!["Then"] = "Forward";
        }, http2: true, customize: log.StandIn);
        string token = await host.SeenTokenAsync("user", "one"), other = await host.SeenTokenAsync("user", "two");
        log.IsBroken = true;
        int before = host.Backend.Requests.Count;

        const string ory =
            """{"error":{"code":503,"status":"Service Unavailable","reason":"Nothing has changed. Try again.","message":"The session could not be checked or ended now"}}""" + "\n";
        string body = new JsonObject { ["session_token"] = other }.ToJsonString();
        await (await host.SendAsync(HttpMethod.Delete, "/sessions", change: SessionToken(token))).IsErrorAsync(503, ory);
        await (await host.SendAsync(HttpMethod.Delete, "/sessions/two", change: SessionToken(token))).IsErrorAsync(503, ory);
        await (await host.SendAsync(HttpMethod.Delete, "/self-service/logout/api", body: DialectHost.Json(body))).IsErrorAsync(503, ory);
        await (await host.Gateway.Management.DeleteAsync("/admin/identities/user/sessions")).IsErrorAsync(503, ory);
        await (await host.Gateway.Management.DeleteAsync("/admin/sessions/two")).IsErrorAsync(503, ory);

        using (HttpResponseMessage rest = await host.SendAsync(HttpMethod.Delete, "/v2/sessions/two", token))
        {
            Assert.Equal(503, (int)rest.StatusCode);
            Assert.Equal("1", rest.Headers.GetValues("Retry-After").Single());
            Assert.Equal("""{"code":14,"message":"the session service is unavailable, nothing has changed, try again"}""",
                await rest.Content.ReadAsStringAsync());
            Assert.False(rest.Headers.Contains("Gateway-Revocation"));
        }
        ZitadelWire wire = new(host.Gateway.Url, host.Gateway.Http2Url);
        foreach (string protocol in ZitadelWire.Protocols)
            Assert.Equal(14, (await wire.CallAsync(protocol, "DeleteSession", new DeleteSessionRequest { SessionId = "two" }, token)).Code);

        Assert.Equal(before, host.Backend.Requests.Count);
        Assert.Equal(200, await host.ReachAsync(other));
        Assert.True(host.Gateway.Log.Contains("The disk is full."));
        Assert.DoesNotContain(token, host.Gateway.Log.Text, StringComparison.Ordinal);

        log.IsBroken = false;
        using HttpResponseMessage ended = await host.SendAsync(HttpMethod.Delete, "/v2/sessions/two", token);
        Assert.Equal(200, (int)ended.StatusCode);
        Assert.Equal(401, await host.ReachAsync(other));
    }

    [Fact]
    public async Task Who_am_i_does_not_need_the_registry()
    {
        await using DialectHost host = await DialectHost.StartAsync("Ory", customize: builder => builder.Host.UseServiceProviderFactory(
            new BreakableLog.Factory(services => services.Replace(ServiceDescriptor.Singleton<ISessionStore, NoStore>()))));
        using HttpResponseMessage me = await host.SendAsync(HttpMethod.Get, "/sessions/whoami",
            change: SessionToken(host.Token("user", "one")));
        JsonNode session = await me.IsOkAsync();
        Assert.Equal(("one", "user", 0),
            ((string)session["id"]!, (string)session["identity"]!["id"]!, session["devices"]!.AsArray().Count));
        using HttpResponseMessage list = await host.SendAsync(HttpMethod.Get, "/sessions", change: SessionToken(host.Token("user", "one")));
        Assert.Equal(503, (int)list.StatusCode);
    }

    private sealed class NoStore : ISessionStore
    {
        public Task SaveAsync(IReadOnlyList<SeenSession> sessions, CancellationToken cancellation) => throw Away();
        public ValueTask<SeenSession?> FindAsync(string realm, string id, CancellationToken cancellation) => throw Away();
        public ValueTask<IReadOnlyList<SeenSession>> ListAsync(SessionFilter filter, DateTimeOffset now, int offset, int count,
            CancellationToken cancellation) => throw Away();
        public Task WalkAsync(SessionFilter filter, DateTimeOffset now, Action<SeenSession> visit, CancellationToken cancellation)
            => throw Away();
        public ValueTask<int> CountAsync(SessionFilter filter, DateTimeOffset now, CancellationToken cancellation) => throw Away();
        public Task ForgetAsync(DateTimeOffset now, CancellationToken cancellation) => throw Away();

        private static StoreUnavailableException Away() => new("away");
    }
}
