using System.Net;
using System.Text.Json.Nodes;
using Gateway.Configuration;
using Gateway.Credentials;
using Gateway.Realms;
using Microsoft.Extensions.Primitives;

namespace Gateway.Tests.Credentials;

/// <summary>Reading rule 7: cookies in chunks, as ASP.NET and Node frameworks cut them up.</summary>
public sealed class ChunkedCookieTests : IAsyncLifetime
{
    private const string Name = ".AspNetCore.Cookies";
    private readonly TestIssuer _issuer = new();
    private TestBackend _backend = null!;
    private InProcessGateway _gateway = null!;

    public async Task InitializeAsync()
    {
        _backend = await TestBackend.StartAsync();
        JsonObject settings = GatewaySettings.For(_backend, _issuer).Route(("Session", "Required"));
        settings["Gateway"]!["Realms"]!["main"]!["Credentials"]!.AsArray().Add(new JsonObject { ["Cookie"] = "jwt", ["Chunked"] = true });
        settings.Set("Gateway:Realms:legacy", new JsonObject
        {
            ["Credentials"] = new JsonArray(new JsonObject { ["Cookie"] = Name, ["Chunked"] = true }), ["Opaque"] = new JsonObject(),
            ["SignInUrl"] = "/sign-in",
        });
        settings.Set("Gateway:Realms:plain", new JsonObject
        {
            ["Credentials"] = new JsonArray(new JsonObject { ["Cookie"] = "old" }), ["Opaque"] = new JsonObject(),
        });
        _gateway = await InProcessGateway.StartAsync(settings);
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _backend.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    private async Task<(HttpStatusCode Status, string? Sent, HttpResponseMessage Answer)> SendAsync(string cookies, bool browser = false)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/a");
        request.Headers.Add("Cookie", cookies);
        if (browser)
        {
            request.Headers.Add("Accept", "text/html");
            request.Headers.Add("Sec-Fetch-Mode", "navigate");
        }
        int before = _backend.Requests.Count;
        HttpResponseMessage answer = await _gateway.Client.SendAsync(request);
        string? sent = _backend.Requests.Count > before ? _backend.Requests.Last()["Cookie"] : null;
        return (answer.StatusCode, sent, answer);
    }

    private static string Counted(string name, params string[] pieces)
        => $"{name}=chunks-{pieces.Length}; {string.Join("; ", pieces.Select((piece, i) => $"{name}C{i + 1}={piece}"))}";

    private static string Dotted(string name, params string[] pieces)
        => string.Join("; ", pieces.Select((piece, i) => $"{name}.{i}={piece}"));

    [Fact]
    public async Task A_session_in_chunks_is_one_and_its_logout_ends_it_and_no_other_of_as_many_chunks()
    {
        string[] one = ["aaaa", "bbbb", "cccc", "dddd", "eeee", "ffff"], two = ["aaaa", "bbbb", "cccc", "dddd", "eeee", "gggg"];
        foreach (string[] session in (string[][])[one, two])
        {
            (HttpStatusCode status, string? sent, _) = await SendAsync("other=1; " + Counted(Name, session));
            Assert.Equal((HttpStatusCode.OK, "other=1; " + Counted(Name, session)), (status, sent));
        }
        await _gateway.RevokeAsync(new() { ["realm"] = "legacy", ["token"] = string.Concat(one) });
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(Counted(Name, one))).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(Counted(Name, two))).Status);
        // In whichever way, and in one piece.
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(Dotted(Name, one))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync($"{Name}={string.Concat(one)}")).Status);
        await _gateway.RevokeAsync(new() { ["realm"] = "legacy", ["token"] = "aaaabbbb" });
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync($"{Name}C2=bbbb; {Name}=chunks-2; {Name}C1=aaaa; x=y")).Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_jwt_in_chunks_is_verified_and_refused_when_it_is_revoked(bool dotted)
    {
        string session = dotted ? "dotted" : "counted", token = _issuer.Token(session: session);
        string[] pieces = [token[..20], token[20..50], token[50..]];
        string cookies = dotted ? Dotted("jwt", pieces) : Counted("jwt", pieces);
        Assert.Equal((HttpStatusCode.OK, cookies), ((await SendAsync(cookies)).Status, (await SendAsync(cookies)).Sent));
        await _gateway.RevokeSessionAsync(session);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(cookies)).Status);
    }

    [Theory]
    [InlineData("{0}=chunks-2; {0}C1=aaaa")]
    [InlineData("{0}=chunks-2; {0}C2=bbbb")]
    [InlineData("{0}=chunks-2")]
    [InlineData("{0}=chunks-0; {0}C1=aaaa")]
    [InlineData("{0}=chunks-2; {0}C1=aaaa; {0}C2=bbbb; {0}C2=cccc")]
    [InlineData("old=chunks-2")]
    public async Task What_only_says_how_many_chunks_there_are_is_no_session(string cookies)
        => Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(string.Format(cookies, Name))).Status);

    [Fact]
    public async Task One_that_does_not_verify_is_taken_out_with_all_its_chunks_and_leaves_the_rest()
    {
        string good = _issuer.Token(session: "good"), expired = _issuer.Token(change: claims => claims["exp"] = 1_000_000_000);
        (HttpStatusCode status, string? sent, _) = await SendAsync(
            $"a=1; {Counted("jwt", expired[..30], expired[30..])}; b=2; access_token={good}; jwtx=3");
        Assert.Equal((HttpStatusCode.OK, $"a=1; b=2; access_token={good}; jwtx=3"), (status, sent));
    }

    [Fact]
    public async Task A_refused_one_is_deleted_with_its_chunks()
    {
        string[] pieces = ["gone", "with", "its", "chunks"];
        await _gateway.RevokeAsync(new() { ["realm"] = "legacy", ["token"] = string.Concat(pieces) });
        using HttpResponseMessage answer = (await SendAsync("other=1; " + Counted(Name, pieces), browser: true)).Answer;
        string[] deleted = [.. answer.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split('=')[0]).Distinct()];
        Assert.Equal([Name, Name + "C1", Name + "C2", Name + "C3", Name + "C4"], deleted.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Chunks_go_with_a_cookie()
        => Assert.Contains("Chunked", (await Assert.ThrowsAsync<InvalidConfigurationException>(async () =>
        {
            JsonObject settings = GatewaySettings.For(issuer: _issuer);
            settings["Gateway"]!["Realms"]!["main"]!["Credentials"]!.AsArray().Add(new JsonObject { ["Header"] = "X", ["Chunked"] = true });
            await using InProcessGateway gateway = await InProcessGateway.StartAsync(settings);
        })).Message);

    [Fact]
    public void One_that_is_announced_many_times_is_not_put_together_each_time()
    {
        CredentialLocation cookie = new(CredentialLocationKind.Cookie, "cut") { IsChunked = true };
        NamedLocation location = new(cookie.Kind, cookie.Name, [], [new Reader(cookie, [])]);
        StringValues lines = $"cutC1={new string('a', 10_000)}; {string.Concat(Enumerable.Repeat("cut=chunks-1; ", 1000))}";
        Assert.InRange(Allocated.By(1, () =>
        {
            CopyList found = default;
            ChunkedCookie.Find(lines, location, ref found);
            Assert.NotNull(found.Crowded);
        }), 0, 1_000_000);
    }
}
