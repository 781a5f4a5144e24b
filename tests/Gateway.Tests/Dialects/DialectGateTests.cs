using System.Text.Json.Nodes;
using Gateway.Sessions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using static Gateway.Tests.Dialects.Ory.OryAnswers;

namespace Gateway.Tests.Dialects;

/// <summary>A call of a dialect is a live connection of its caller (rule R19).</summary>
public sealed class DialectGateTests
{
    [Fact]
    public async Task A_caller_who_is_ended_while_his_call_is_worked_on_gets_the_vendors_401_instead_of_the_answer()
    {
        SlowStore store = new();
        await using DialectHost host = await DialectHost.StartAsync("Ory",
            change: settings => settings["Gateway"]!["Dialects"]!["RocketChat"] = new JsonObject { ["Realm"] = "main" },
            customize: builder => builder.Host.UseServiceProviderFactory(
                new BreakableLog.Factory(services => services.Replace(ServiceDescriptor.Singleton<ISessionStore>(store)))));

        Task<HttpResponseMessage> ory = host.SendAsync(HttpMethod.Get, "/sessions", change: SessionToken(host.Token("alice", "ory")));
        Task<HttpResponseMessage> rocketChat = host.SendAsync(HttpMethod.Get, "/api/v1/sessions/list", change: request =>
        {
            request.Headers.Add("X-Auth-Token", host.Token("bob", "rocket"));
            request.Headers.Add("X-User-Id", "bob");
        });
        Task<HttpResponseMessage> good = host.SendAsync(HttpMethod.Get, "/sessions", change: SessionToken(host.Token("carol", "good")));
        await Eventually.TrueAsync(() => store.Walks == 3);
        foreach (string session in (string[])["ory", "rocket"]) await host.Gateway.RevokeSessionAsync(session);
        store.Go.SetResult();

        using HttpResponseMessage refused = await ory.WithinAsync();
        Assert.Equal(401, (int)refused.StatusCode);
        Assert.Contains("The request could not be authorized", await refused.Content.ReadAsStringAsync());
        using HttpResponseMessage refusedToo = await rocketChat.WithinAsync();
        Assert.Equal(401, (int)refusedToo.StatusCode);
        Assert.Equal("error", (string?)JsonNode.Parse(await refusedToo.Content.ReadAsStringAsync())!["status"]);
        using HttpResponseMessage answered = await good.WithinAsync();
        Assert.Equal(200, (int)answered.StatusCode);
    }

    [Fact]
    public async Task A_logout_of_ones_own_session_is_answered()
    {
        await using DialectHost host = await DialectHost.StartAsync("Zitadel");
        string token = await host.SeenTokenAsync("alice", "own");
        using HttpResponseMessage answer = await host.SendAsync(HttpMethod.Delete, "/v2/sessions/own", token);
        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal("1/1", answer.Headers.GetValues("Gateway-Enforced").Single());
        Assert.Equal(401, await host.ReachAsync(token));
    }

    /// <summary>Lists nothing, and that only when it is told to.</summary>
    private sealed class SlowStore : ISessionStore
    {
        private int _walks;

        public TaskCompletionSource Go { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Walks => Volatile.Read(ref _walks);

        public Task WalkAsync(SessionFilter filter, DateTimeOffset now, Action<SeenSession> visit, CancellationToken cancellation)
        {
            Interlocked.Increment(ref _walks);
            return Go.Task;
        }

        public Task SaveAsync(IReadOnlyList<SeenSession> sessions, CancellationToken cancellation) => Task.CompletedTask;
        public ValueTask<SeenSession?> FindAsync(string realm, string id, CancellationToken cancellation) => default;
        public ValueTask<IReadOnlyList<SeenSession>> ListAsync(SessionFilter filter, DateTimeOffset now, int offset, int count,
            CancellationToken cancellation) => new([]);
        public ValueTask<int> CountAsync(SessionFilter filter, DateTimeOffset now, CancellationToken cancellation) => default;
        public Task ForgetAsync(DateTimeOffset now, CancellationToken cancellation) => Task.CompletedTask;
    }
}
