using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Gateway.Revocation;

namespace Gateway.EndToEnd.Cluster;

public sealed class ClusterTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    private static string NewSession() => "s" + Guid.NewGuid().ToString("N")[..12];

    [Fact]
    public async Task A_logout_on_one_node_is_true_everywhere_when_it_is_answered()
    {
        for (int round = 0; round < 20; round++)
        {
            string session = NewSession(), token = cluster.Issuer.Token(session: session),
                other = cluster.Issuer.Token(session: NewSession());
            foreach (InProcessGateway node in cluster.Nodes) Assert.Equal(HttpStatusCode.OK, (await node.GetAsync("/a", token)).StatusCode);
            JsonObject answer = await cluster.Nodes[round % 3].RevokeSessionAsync(session);
            Assert.Equal((3, 3), answer.Enforced());
            foreach (InProcessGateway node in cluster.Nodes)
            {
                Assert.Equal(HttpStatusCode.Unauthorized, (await node.GetAsync("/a", token)).StatusCode);
                Assert.Equal(HttpStatusCode.OK, (await node.GetAsync("/a", other)).StatusCode);
            }
        }
    }

    [Fact]
    public async Task The_same_idempotency_key_gives_the_same_revocation_on_another_node()
    {
        string session = NewSession(), key = Guid.NewGuid().ToString();
        List<string> ids = [];
        foreach (InProcessGateway node in cluster.Nodes)
        {
            using HttpRequestMessage request = new(HttpMethod.Post, "/v1/revocations") { Content = JsonContent.Create(new { session }) };
            request.Headers.Add("Idempotency-Key", key);
            JsonNode answer = JsonNode.Parse(await (await node.Management.SendAsync(request)).Content.ReadAsStringAsync())!;
            ids.Add($"{answer["id"]} {answer["position"]}");
        }
        Assert.Single(ids.Distinct());
    }

    [Fact]
    public async Task A_reinstatement_acts_on_every_node()
    {
        string session = NewSession(), token = cluster.Issuer.Token(session: session);
        string id = (string)(await cluster.Nodes[0].RevokeSessionAsync(session))["id"]!;
        Assert.True((await cluster.Nodes[1].Management.DeleteAsync("/v1/revocations/" + id)).IsSuccessStatusCode);
        foreach (InProcessGateway node in cluster.Nodes)
            await Eventually.PassesAsync(async () => Assert.Equal(HttpStatusCode.OK, (await node.GetAsync("/a", token)).StatusCode));
    }

    [Fact]
    public async Task Every_node_tells_who_did_what_on_any()
    {
        string session = NewSession();
        await cluster.Nodes[0].RevokeSessionAsync(session);
        foreach (InProcessGateway node in cluster.Nodes)
            await Eventually.PassesAsync(async () =>
            {
                JsonObject page = (await node.Management.GetFromJsonAsync<JsonObject>("/v1/audit"))!;
                JsonNode entry = Assert.Single(page["items"]!.AsArray(), entry => ((string?)entry!["target"])?.EndsWith(session) == true)!;
                Assert.Equal(("key test", "revoke", "done"),
                    ((string?)entry["actor"], (string?)entry["action"], (string?)entry["outcome"]));
            });
    }

    [Fact]
    public async Task Every_node_lists_every_node()
    {
        foreach (InProcessGateway node in cluster.Nodes)
        {
            JsonArray items = JsonNode.Parse(await node.Management.GetStringAsync("/v1/nodes"))!["items"]!.AsArray();
            Assert.Equal(3, items.Count(item => (bool)item!["lease"]!));
            Assert.All(items, item => Assert.NotEqual("", (string)item!["version"]!));
        }
    }

    [Fact]
    public async Task Whatever_is_said_on_the_channels_changes_nothing()
    {
        string good = cluster.Issuer.Token(session: NewSession()), session = NewSession();
        foreach (string channel in (string[])["gateway:bell", "gateway:acks"])
            foreach (string said in (string[])["", "x", "a|b|c", $"{Guid.NewGuid()}|epoch|{long.MaxValue}", new string('|', 100_000)])
                await cluster.Redis.CommandAsync("PUBLISH", channel, said);
        Assert.Equal((3, 3), (await cluster.Nodes[0].RevokeSessionAsync(session)).Enforced());
        foreach (InProcessGateway node in cluster.Nodes) Assert.Equal(HttpStatusCode.OK, (await node.GetAsync("/a", good)).StatusCode);
    }

    [Fact]
    public async Task An_acknowledgement_that_somebody_made_up_counts_for_nothing()
    {
        await using RedisHolder own = await RedisHolder.StartAsync();
        await using InProcessGateway node = await InProcessGateway.StartAsync(
            ClusterSettings.For(own.Redis.Connection, cluster.Backend, cluster.Issuer).Set("Gateway:Cluster:AnswerWithin", "00:00:01"));
        await ClusterFixture.ReadyAsync(node);
        await using LoneLog silent = await LoneLog.StartAsync(own.Redis, "gateway");
        (ClusterState state, _) = await silent.Log.RenewAsync(silent.Renewal() with { Length = TimeSpan.FromMinutes(5) },
            TimeSpan.FromSeconds(5), default);

        Task<JsonObject> logout = node.RevokeSessionAsync(NewSession());
        while (!logout.IsCompleted)
            foreach (string said in (string[])[$"{silent.Node.Id}|{state.Epoch}|1000000", $"{silent.Node.Id}|{state.Epoch}|1"])
                await own.Redis.CommandAsync("PUBLISH", "gateway:acks", said);
        JsonObject answer = await logout;
        Assert.Equal((1, 2), answer.Enforced());

        // A place that the log has not reached is nobody's; the true one counts.
        string stands = $"/v1/revocations/{answer["id"]}";
        await silent.Log.AcknowledgeAsync(silent.Node.Id, new(state.Epoch, 1_000_000), default);
        Assert.Equal((1, 2), JsonNode.Parse(await node.Management.GetStringAsync(stands))!.AsObject().Enforced());
        await silent.Log.AcknowledgeAsync(silent.Node.Id, new(state.Epoch, 1), default);
        await Eventually.PassesAsync(async () =>
            Assert.Equal((2, 2), JsonNode.Parse(await node.Management.GetStringAsync(stands))!.AsObject().Enforced()));
    }

    [Fact]
    public async Task A_cut_off_ends_a_session_by_its_id_on_every_node_whichever_has_seen_it()
    {
        string subject = "u" + NewSession(), session = NewSession();
        long now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        string Token(string id, long issued)
            => cluster.Issuer.Token(subject, id, claims => { claims.Remove("auth_time"); claims["iat"] = issued; });
        Assert.Equal(HttpStatusCode.OK, (await cluster.Nodes[0].GetAsync("/a", Token(session, now - 60))).StatusCode);
        await Eventually.TrueAsync(async () =>
            (await cluster.Nodes[1].Management.GetStringAsync($"/v1/sessions?realm=main&subject={subject}")).Contains(session));
        JsonObject answer = await cluster.Nodes[1].RevokeAsync(new()
        {
            ["realm"] = "main", ["subject"] = subject, ["before"] = DateTimeOffset.UtcNow.AddSeconds(-30).ToString("O"),
        });
        Assert.Equal((3, 3), answer.Enforced());
        // Refreshed, and seen for the first time by the third.
        Assert.Equal(HttpStatusCode.Unauthorized, (await cluster.Nodes[2].GetAsync("/a", Token(session, now + 20))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await cluster.Nodes[2].GetAsync("/a", Token(NewSession(), now + 20))).StatusCode);
    }

    [Fact]
    public async Task What_redis_loses_comes_back_from_the_nodes_and_stays_refused_meanwhile()
    {
        string session = NewSession(), token = cluster.Issuer.Token(session: session);
        await cluster.Nodes[0].RevokeSessionAsync(session);
        await cluster.Redis.CommandAsync("FLUSHALL");
        string marker = "gateway:revoked:session:main:" + session;
        await Eventually.TrueAsync(async () =>
        {
            foreach (InProcessGateway node in cluster.Nodes)
                Assert.Equal(HttpStatusCode.Unauthorized, (await node.GetAsync("/a", token)).StatusCode);
            return await cluster.Redis.CommandAsync("EXISTS", marker) == "1";
        });
        string after = NewSession();
        await Eventually.PassesAsync(async () => Assert.Equal((3, 3), (await cluster.Nodes[1].RevokeSessionAsync(after)).Enforced()));
    }

    [Fact]
    public async Task A_node_that_starts_and_stops_is_counted_only_while_it_is_there()
    {
        await using InProcessGateway fourth = await InProcessGateway.StartAsync(cluster.Settings());
        await ClusterFixture.ReadyAsync(fourth);
        Assert.Equal((4, 4), (await cluster.Nodes[0].RevokeSessionAsync(NewSession())).Enforced());
        await fourth.StopAsync();
        Assert.Equal((3, 3), (await cluster.Nodes[0].RevokeSessionAsync(NewSession())).Enforced());
    }

    [Fact]
    public async Task A_node_whose_copy_holds_the_whole_log_is_ready_again_after_a_start()
    {
        await using RedisHolder own = await RedisHolder.StartAsync();
        await using InProcessGateway node = await InProcessGateway.StartAsync(
            ClusterSettings.For(own.Redis.Connection, cluster.Backend, cluster.Issuer));
        await ClusterFixture.ReadyAsync(node);
        string session = NewSession(), token = cluster.Issuer.Token(session: session), good = cluster.Issuer.Token(session: NewSession());
        Assert.Equal((1, 1), (await node.RevokeSessionAsync(session)).Enforced());
        for (int start = 0; start < 2; start++)
        {
            await node.RestartAsync();
            await ClusterFixture.ReadyAsync(node);
            Assert.Equal(HttpStatusCode.Unauthorized, (await node.GetAsync("/a", token)).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await node.GetAsync("/a", good)).StatusCode);
        }
    }

    [Theory]
    [InlineData(400)]
    [InlineData(-400)]
    public async Task A_wall_clock_that_jumps_forgets_nothing_and_fences_nobody(int days)
    {
        ShiftedTime time = new();
        await using InProcessGateway node = await InProcessGateway.StartAsync(cluster.Settings(), time);
        await ClusterFixture.ReadyAsync(node);
        string session = NewSession(), token = cluster.Issuer.Token(session: session), good = cluster.Issuer.Token(session: NewSession());
        await node.RevokeSessionAsync(session);
        int known = node.Get<Gateway.Revocation.RevocationIndex>().Count;
        time.Shift = TimeSpan.FromDays(days);
        for (int i = 0; i < 3; i++)
        {
            JsonObject answer = await cluster.Nodes[0].RevokeSessionAsync(NewSession());
            Assert.Equal((4, 4), answer.Enforced());
            await Task.Delay(TimeSpan.FromSeconds(0.4));
        }
        Assert.InRange(node.Get<Gateway.Revocation.RevocationIndex>().Count, known, int.MaxValue);
        time.Shift = TimeSpan.Zero;
        Assert.Equal(HttpStatusCode.Unauthorized, (await node.GetAsync("/a", token)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await node.GetAsync("/a", good)).StatusCode);
    }

    [Fact]
    public async Task Without_redis_a_node_starts_with_what_it_knew()
    {
        await using RedisHolder own = await RedisHolder.StartAsync();
        JsonObject settings = ClusterSettings.For(own.Redis.Connection, cluster.Backend, cluster.Issuer);
        settings.Set("ReverseProxy:Routes:app:Metadata:WhenStale", "Serve");
        await using InProcessGateway node = await InProcessGateway.StartAsync(settings);
        await ClusterFixture.ReadyAsync(node);
        string session = NewSession(), token = cluster.Issuer.Token(session: session), good = cluster.Issuer.Token(session: NewSession());
        Assert.Equal((1, 1), (await node.RevokeSessionAsync(session)).Enforced());
        await node.StopAsync();
        await own.Redis.Kill9Async();
        await node.RestartAsync();
        await Eventually.PassesAsync(async () => Assert.Equal(HttpStatusCode.Unauthorized, (await node.GetAsync("/a", token)).StatusCode));
        Assert.Equal(HttpStatusCode.OK, (await node.GetAsync("/a", good)).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await node.Management.GetAsync("/readyz")).StatusCode);
        using HttpResponseMessage logout = await node.Management.PostAsJsonAsync("/v1/revocations", new { session = NewSession() });
        Assert.Equal(HttpStatusCode.ServiceUnavailable, logout.StatusCode);

        node.Reconfigure(changed => changed.Set("ReverseProxy:Routes:app:Metadata:WhenStale", "Reject"));
        await node.RestartAsync();
        await Eventually.PassesAsync(async () =>
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await node.GetAsync("/a", good)).StatusCode));
        await own.Redis.RestartAsync(keepData: false);
        await ClusterFixture.ReadyAsync(node);
        Assert.Equal(HttpStatusCode.OK, (await node.GetAsync("/a", good)).StatusCode);
        await Eventually.TrueAsync(async () => await own.Redis.CommandAsync("EXISTS", "gateway:revoked:session:main:" + session) == "1");
    }
}
