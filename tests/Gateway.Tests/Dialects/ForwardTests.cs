using System.Text;
using System.Text.Json.Nodes;
using Gateway.Dialects.Forwarding;
using Gateway.Dialects.Zitadel.Messages;
using Gateway.Store;
using Gateway.Tests.Dialects.Ory;
using Gateway.Tests.Dialects.Zitadel;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Dialects;

/// <summary><c>Then: "Forward"</c>: the application is told, behind the client's back.</summary>
public sealed class ForwardTests
{
    private static readonly JsonObject Forward = new() { ["Then"] = "Forward" };

    [Fact]
    public async Task The_application_gets_the_call_as_it_came()
    {
        await using DialectHost host = await DialectHost.StartAsync("Zitadel", Forward);
        string caller = host.Token("user", "current"), token = await host.SeenTokenAsync("user", "one"),
            body = new JsonObject { ["sessionToken"] = token }.ToJsonString();
        string? received = null;
        host.Backend.Answer = async context =>
        {
            if (context.Request.Method != "DELETE") return false;
            received = await new StreamReader(context.Request.Body).ReadToEndAsync();
            return true;
        };
        using HttpResponseMessage answer = await host.SendAsync(HttpMethod.Delete, "/v2/sessions/one?x=1%202", caller,
            DialectHost.Json(body));
        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Contains("sequence", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await Eventually.TrueAsync(() => received is not null);
        Assert.Equal(body, received);
        RecordedRequest call = Assert.Single(host.Backend.Requests, request => request.Method == "DELETE");
        Assert.Equal(("/v2/sessions/one", "?x=1%202", "Bearer " + caller), (call.Path, call.Query, call.Authorization));
        Assert.StartsWith("application/json", call["Content-Type"], StringComparison.Ordinal);
        // Reading tells the application nothing.
        await host.SendAsync(HttpMethod.Get, "/v2/sessions/one", caller);
        await Eventually.TrueAsync(() => host.Gateway.Get<ForwardQueue>().Waiting == 0);
        Assert.DoesNotContain(host.Backend.Requests,
            request => request.Path.StartsWith("/v2", StringComparison.Ordinal) && request.Method == "GET");
        Assert.DoesNotContain(caller, host.Gateway.Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(token, host.Gateway.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_logout_is_not_forwarded()
    {
        await using DialectHost host = await DialectHost.StartAsync("Zitadel", Forward);
        await host.SeenTokenAsync("user", "one");
        using HttpResponseMessage answer = await host.SendAsync(HttpMethod.Delete, "/v2/sessions/one", host.Token("mallory", "m"));
        Assert.Equal(403, (int)answer.StatusCode);
        Assert.Equal(0, host.Gateway.Get<ForwardQueue>().Waiting);
        Assert.DoesNotContain(host.Backend.Requests, request => request.Method == "DELETE");
    }

    [Fact]
    public async Task An_application_that_is_away_or_fails_neither_delays_nor_undoes_and_is_told_again()
    {
        await using DialectHost host = await DialectHost.StartAsync("Ory", Forward);
        string token = await host.SeenTokenAsync("user", "current"), other = await host.SeenTokenAsync("user", "other");
        int attempts = 0;
        host.Backend.Answer = async context =>
        {
            if (context.Request.Method != "DELETE") return false;
            context.Response.StatusCode = Interlocked.Increment(ref attempts) switch { 1 => 503, 2 => 500, _ => 200 };
            await context.Response.WriteAsync("x");
            return true;
        };
        await host.Backend.StopAsync();
        using (HttpResponseMessage answer = await host.SendAsync(HttpMethod.Delete, "/sessions", change: OryAnswers.SessionToken(token)))
            Assert.Equal(1, (int)(await answer.IsOkAsync())["count"]!);
        await host.Backend.RestartAsync();
        await Eventually.TrueAsync(() => Volatile.Read(ref attempts) == 3);
        await Eventually.TrueAsync(() => host.Gateway.Get<ForwardQueue>().Waiting == 0);
        Assert.Equal(3, attempts);
        Assert.Equal(401, await host.ReachAsync(other));
        Assert.Equal(200, await host.ReachAsync(token));
    }

    [Fact]
    public async Task A_refusal_of_the_application_is_final()
    {
        await using DialectHost host = await DialectHost.StartAsync("Ory", Forward);
        string token = await host.SeenTokenAsync("user", "current");
        host.Backend.Answer = context =>
        {
            context.Response.StatusCode = 401;
            return Task.FromResult(context.Request.Method == "DELETE");
        };
        await (await host.SendAsync(HttpMethod.Delete, "/sessions", change: OryAnswers.SessionToken(token))).IsOkAsync();
        await Eventually.TrueAsync(() => host.Gateway.Get<ForwardQueue>().Waiting == 0);
        Assert.Single(host.Backend.Requests, request => request.Method == "DELETE");
    }

    [Fact]
    public async Task A_stop_gives_what_waits_one_last_try()
    {
        await using DialectHost host = await DialectHost.StartAsync("Ory", Forward);
        string token = await host.SeenTokenAsync("user", "current");
        int answered = 0, attempts = 0;
        host.Backend.Answer = context =>
        {
            if (context.Request.Method != "DELETE") return Task.FromResult(false);
            if (Interlocked.Increment(ref attempts) == 1) context.Response.StatusCode = 503;
            else Interlocked.Increment(ref answered);
            return Task.FromResult(true);
        };
        await (await host.SendAsync(HttpMethod.Delete, "/sessions", change: OryAnswers.SessionToken(token))).IsOkAsync();
        await Eventually.TrueAsync(() => Volatile.Read(ref attempts) > 0);
        await host.Gateway.Get<Microsoft.Extensions.Hosting.IHost>().StopAsync().WithinAsync();
        await Eventually.TrueAsync(() => Volatile.Read(ref answered) == 1);
    }

    [Fact]
    public async Task What_waits_at_the_end_of_the_process_is_told_by_the_next_one()
    {
        await using DialectHost host = await DialectHost.StartAsync("Zitadel", Forward);
        string caller = host.Token("user", "current"), token = await host.SeenTokenAsync("user", "one");
        await host.Backend.StopAsync();
        using (HttpResponseMessage answer = await host.SendAsync(HttpMethod.Delete, "/v2/sessions/one?x=1", caller,
            DialectHost.Json(new JsonObject { ["sessionToken"] = token }.ToJsonString())))
            Assert.Equal(200, (int)answer.StatusCode);
        Assert.Single(Left(host));
        Assert.DoesNotContain(caller, Encoding.UTF8.GetString(Left(host).Single().Value), StringComparison.Ordinal);
        await host.Gateway.RestartAsync();
        string? received = null;
        host.Backend.Answer = async context =>
        {
            received = await new StreamReader(context.Request.Body).ReadToEndAsync();
            return context.Request.Method == "DELETE";
        };
        await host.Backend.RestartAsync();
        await Eventually.TrueAsync(() => Left(host).Count == 0);
        RecordedRequest call = Assert.Single(host.Backend.Requests, request => request.Method == "DELETE");
        Assert.Equal(("/v2/sessions/one", "?x=1", "Bearer " + caller), (call.Path, call.Query, call.Authorization));
        Assert.StartsWith("application/json", call["Content-Type"], StringComparison.Ordinal);
        Assert.Contains(token, received, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_old_or_cannot_be_decrypted_is_not_told()
    {
        await using DialectHost host = await DialectHost.StartAsync("Ory", Forward);
        ForwardOutbox outbox = host.Gateway.Get<ForwardOutbox>();
        ForwardedCall call = new()
        {
            Dialect = "ory", Target = "route app", Cluster = "app", At = DateTimeOffset.UtcNow, Method = "DELETE",
            Uri = new Uri(ForwardedCall.AnyDestination + "/sessions"), Headers = [new("X-Marker", "fresh")],
        };
        await outbox.KeepAsync("fresh", call);
        await outbox.KeepAsync("old", call with { At = DateTimeOffset.UtcNow.AddHours(-2), Headers = [new("X-Marker", "old")] });
        await host.Gateway.Get<PairTable>().SetAsync("forward", "moved", Left(host)["fresh"], default);
        await host.Gateway.RestartAsync();
        await Eventually.TrueAsync(() => Left(host).Count == 0);
        RecordedRequest told = Assert.Single(host.Backend.Requests, request => request.Method == "DELETE");
        Assert.Equal("fresh", told["X-Marker"]);
        Assert.True(host.Gateway.Log.Contains("more than an hour old"));
    }

    private static IReadOnlyDictionary<string, byte[]> Left(DialectHost host) => host.Gateway.Get<PairTable>().All("forward");

    [Fact]
    public async Task A_grpc_call_is_told_over_grpc_and_its_status_counts()
    {
        await using DialectHost host = await DialectHost.StartAsync("Zitadel", Forward, http2: true, change: settings =>
        {
            settings.Set("ReverseProxy:Routes:grpc",
                new JsonObject { ["ClusterId"] = "grpc",
                    ["Match"] = new JsonObject { ["Path"] = "/zitadel.session.v2.SessionService/{**rest}" }, ["Order"] = -1 });
            settings.Set("ReverseProxy:Clusters:grpc", new JsonObject
            {
                ["Destinations"] = new JsonObject { ["one"] = new JsonObject { ["Address"] = "http://127.0.0.1:9/" } },
                ["HttpRequest"] = new JsonObject { ["Version"] = "2", ["VersionPolicy"] = "RequestVersionExact" },
            });
        });
        host.Gateway.Reconfigure(settings => settings.Set("ReverseProxy:Clusters:grpc:Destinations:one:Address", host.Backend.Http2Url));
        string caller = host.Token("user", "current");
        await host.SeenTokenAsync("user", "one");
        List<byte[]> received = [];
        host.Backend.Answer = async context =>
        {
            if (!context.Request.Path.StartsWithSegments("/zitadel.session.v2.SessionService")) return false;
            using MemoryStream body = new();
            await context.Request.Body.CopyToAsync(body);
            context.Response.ContentType = "application/grpc";
            lock (received) received.Add(body.ToArray());
            await context.Response.Body.WriteAsync(Array.Empty<byte>());
            context.Response.AppendTrailer("grpc-status", received.Count == 1 ? "14" : "0");
            return true;
        };
        byte[] message = new DeleteSessionRequest { SessionId = "one" }.ToByteArray();
        WireAnswer answer = await new ZitadelWire(host.Gateway.Url, host.Gateway.Http2Url)
            .SendAsync("application/grpc", "DeleteSession", message, caller);
        Assert.Equal(0, answer.Code);
        await Eventually.TrueAsync(() => { lock (received) return received.Count == 2; });
        Assert.All(received, body => Assert.Equal(ZitadelWire.Frame(0, message), body));
        await Eventually.TrueAsync(() => host.Gateway.Get<ForwardQueue>().Waiting == 0);
        Assert.Equal("HTTP/2", host.Backend.Requests.Last(request => request.Method == "POST").Protocol);
    }

    [Fact]
    public async Task Without_a_route_the_logout_stands_and_a_warning_says_why_nobody_is_told()
    {
        await using DialectHost host = await DialectHost.StartAsync("Zitadel", Forward,
            settings => settings.Set("ReverseProxy:Routes:app:Match:Path", "/app/{**rest}"));
        string caller = host.Token("user", "current"), token = await host.SeenTokenAsync("user", "one");
        using HttpResponseMessage answer = await host.SendAsync(HttpMethod.Delete, "/v2/sessions/one", caller);
        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal(401, await host.ReachAsync(token));
        Assert.True(host.Gateway.Log.Contains("no route matches"));
    }

    [Fact]
    public async Task An_administrators_call_goes_to_the_cluster_that_is_named_without_the_key()
    {
        await using DialectHost host = await DialectHost.StartAsync("Ory",
            new() { ["Then"] = "Forward", ["AdministrationCluster"] = "app" });
        await host.SeenTokenAsync("user", "one");
        using HttpResponseMessage answer = await host.Gateway.Management.DeleteAsync("/admin/identities/user/sessions");
        Assert.Equal(204, (int)answer.StatusCode);
        await Eventually.TrueAsync(() => host.Gateway.Get<ForwardQueue>().Waiting == 0);
        RecordedRequest call = Assert.Single(host.Backend.Requests, request => request.Method == "DELETE");
        Assert.Equal(("/admin/identities/user/sessions", null), (call.Path, call.Authorization));
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused_before_anything_ends()
    {
        await using DialectHost host = await DialectHost.StartAsync("Ory", Forward);
        string token = await host.SeenTokenAsync("user", "current"), other = await host.SeenTokenAsync("user", "other");
        using HttpResponseMessage answer = await host.SendAsync(HttpMethod.Delete, "/sessions",
            body: new ByteArrayContent(new byte[300_000]), change: OryAnswers.SessionToken(token));
        Assert.Equal(413, (int)answer.StatusCode);
        Assert.Equal(200, await host.ReachAsync(other));
    }

    [Fact]
    public async Task A_call_that_shows_another_session_which_has_ended_is_not_passed_on()
    {
        await using DialectHost host = await DialectHost.StartAsync("Ory", Forward);
        string token = await host.SeenTokenAsync("user", "current"), ended = await host.SeenTokenAsync("user", "ended"),
            other = await host.SeenTokenAsync("user", "other");
        await host.Gateway.RevokeSessionAsync("ended");
        using HttpResponseMessage answer = await host.SendAsync(HttpMethod.Delete, "/sessions", change: request =>
        {
            OryAnswers.SessionToken(token)(request);
            OryAnswers.Cookie(ended)(request);
        });
        await answer.IsOkAsync();
        Assert.Equal(401, await host.ReachAsync(other));
        Assert.Equal(0, host.Gateway.Get<ForwardQueue>().Waiting);
        Assert.DoesNotContain(host.Backend.Requests, request => request.Method == "DELETE");
    }
}
