using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Gateway.Realms;

namespace Gateway.Tests.Enforcement;

/// <summary>An application that signs its session cookie anew with each answer, as Werkzeug does, in one piece or in chunks.</summary>
public sealed class RenewedCookiesTests : IAsyncLifetime
{
    private const string Name = "session";
    private TestBackend _backend = null!;
    private InProcessGateway _gateway = null!;
    private string[] _sets = [];
    private string _received = "";

    public async Task InitializeAsync()
    {
        _backend = await TestBackend.StartAsync();
        _backend.Answer = context =>
        {
            _received = context.Request.Path + " " + context.Request.Headers.Cookie;
            context.Response.Headers.SetCookie = _sets;
            return Task.FromResult(false);
        };
        JsonObject settings = GatewaySettings.For(_backend).Route(("Session", "Required"));
        foreach ((string route, string session) in (ReadOnlySpan<(string, string)>)[("open", "Ignore"), ("maybe", "Optional")])
            settings.Set($"ReverseProxy:Routes:{route}", new JsonObject
            {
                ["ClusterId"] = "app", ["Match"] = new JsonObject { ["Path"] = $"/{route}/{{**rest}}" },
                ["Metadata"] = new JsonObject { ["Session"] = session },
            });
        settings.Set("Gateway:Realms:web", new JsonObject
        {
            ["Credentials"] = new JsonArray(new JsonObject { ["Cookie"] = Name, ["Chunked"] = true }), ["Opaque"] = new JsonObject(),
            ["Lineage"] = new JsonArray("set-cookie"),
        });
        _gateway = await InProcessGateway.StartAsync(settings);
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _backend.DisposeAsync();
    }

    [Fact]
    public async Task Every_cookie_of_a_sign_in_ends_with_it_and_no_other_does()
    {
        string first = await SignInAsync("v1"), other = await SignInAsync("w1");
        string second = await RenewAsync(first, "v2"), third = await RenewAsync(second, "v3");
        Assert.Equal(200, await StatusAsync("/a", other));
        string root = LineageSeal.RootOf("v1");
        JsonNode listed = JsonNode.Parse(await _gateway.Management.GetStringAsync("/v1/sessions?realm=web"))!;
        Assert.Equal([root, LineageSeal.RootOf("w1")], listed["items"]!.AsArray().Select(session => (string)session!["id"]!)
            .OrderBy(id => id == root ? 0 : 1));

        await _gateway.RevokeAsync(new() { ["realm"] = "web", ["session"] = root });
        foreach (string cookies in (string[])[first, second, third]) Assert.Equal(401, await StatusAsync("/a", cookies));
        Assert.Equal(200, await StatusAsync("/a", other));
        // What the application renews where the gateway does not look is over as well.
        Assert.Equal(401, await StatusAsync("/a", await RenewAsync(third, "v4", "/open/a")));
        Assert.Equal(200, await StatusAsync("/a", await SignInAsync("v5")));
    }

    [Fact]
    public async Task Leaving_the_seal_away_or_taking_anothers_makes_no_session()
    {
        string mine = await SignInAsync("v1"), other = await SignInAsync("w1");
        string seal = mine.Split("; ")[1], others = other.Split("; ")[1];
        foreach (string cookies in (string[])["session=v1", $"session=v1; {others}", $"session=w2; {others}", $"session=v1; {seal}x"])
            Assert.Equal(401, await StatusAsync("/a", cookies));
        // Renewed on a way where nobody is asked, it has no seal either.
        Assert.Equal("session=v2", await RenewAsync("session=v1", "v2", "/open/a"));
        Assert.Equal(401, await StatusAsync("/a", "session=v2"));
    }

    // {0}: the cookies of another session, which is good. {1}: the seal of gone2.
    [Theory]
    [InlineData("session=gone2")]
    [InlineData("session=gone2; {1}")]
    [InlineData("{0}; session=gone2")]
    [InlineData("session=gone2; {0}")]
    [InlineData("{0}; session=gone2; {1}")]
    [InlineData("session=%67one%32")]
    [InlineData("%73ession=gone2")]
    [InlineData("%73ession=gone2; {1}")]
    [InlineData("{0}; %73ession=gone2")]
    [InlineData("{0}; SESSION=gone2")]
    [InlineData("x=1,session=gone2")]
    [InlineData("x=1,session=gone2; {1}")]
    [InlineData("session=\"gone2\"; {1}")]
    [InlineData("session=chunks-2; sessionC1=gone2")]
    [InlineData("sessionC1=gone2; session=chunks-1; {1}")]
    [InlineData("session=a; session=b; session=c; session=d; session=gone2")]
    [InlineData("", ";session=gone2")]
    [InlineData("{1}", ";session=gone2")]
    [InlineData("{0}", ";%73ession=gone2")]
    public async Task A_session_that_is_over_is_not_renewed_however_its_cookie_is_written(string written, string inPath = "")
    {
        string good = await SignInAsync("w1"), first = await SignInAsync("v1"), second = await RenewAsync(first, "gone2");
        await _gateway.RevokeAsync(new() { ["realm"] = "web", ["session"] = LineageSeal.RootOf("v1") });
        string cookies = string.Format(CultureInfo.InvariantCulture, written, good, second.Split("; ")[1]);

        string? renewed = await TryRenewAsync(cookies, "v3", "/open/a" + inPath);
        if (renewed is not null) Assert.Equal(401, await StatusAsync("/a", renewed));
        Assert.Equal(200, await StatusAsync("/a", good));

        foreach (string route in (string[])["/maybe/a", "/a"])
        {
            _received = "";
            await StatusAsync(route + inPath, cookies);
            Assert.DoesNotContain("gone2", Uri.UnescapeDataString(_received), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Two_copies_of_one_cookie_are_renewed_as_one()
    {
        string cookies = await SignInAsync("v1");
        Assert.Equal(200, await StatusAsync("/a", await RenewAsync("session=v1; " + cookies, "v2", "/open/a")));
    }

    [Fact]
    public async Task The_seal_has_the_attributes_of_its_cookie_and_goes_with_it()
    {
        _sets = ["session=v1; Path=/app; Secure; SameSite=Lax; Max-Age=60"];
        using HttpResponseMessage answer = await SendAsync("/open/in", null);
        Assert.EndsWith("; Path=/app; Secure; SameSite=Lax; Max-Age=60; HttpOnly",
            answer.Headers.GetValues("Set-Cookie").Single(line => line.StartsWith("session-lineage=", StringComparison.Ordinal)));
        _sets = ["session=; Path=/app; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly"];
        using HttpResponseMessage gone = await SendAsync("/open/out", null);
        Assert.Equal("session-lineage=; Path=/app; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly",
            gone.Headers.GetValues("Set-Cookie").Single(line => line.StartsWith("session-lineage=", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_cookie_in_chunks_is_one()
    {
        _sets = ["session=chunks-2; Path=/", "sessionC1=aaa; Path=/", "sessionC2=bbb; Path=/"];
        string seal = SealIn(await SendAsync("/open/in", null));
        string cookies = $"session=chunks-2; sessionC1=aaa; sessionC2=bbb; sessionC3=left; {seal}";
        Assert.Equal(200, await StatusAsync("/a", cookies));
        _sets = ["session=chunks-1; Path=/", "sessionC1=ccc; Path=/", "sessionC2=; Path=/; Max-Age=0"];
        string renewed = SealIn(await SendAsync("/a", cookies));
        _sets = [];
        Assert.Equal(200, await StatusAsync("/a", $"session=chunks-1; sessionC1=ccc; {renewed}"));
        await _gateway.RevokeAsync(new() { ["realm"] = "web", ["session"] = LineageSeal.RootOf("aaabbb") });
        Assert.Equal(401, await StatusAsync("/a", $"session=chunks-1; sessionC1=ccc; {renewed}"));
    }

    private Task<string> SignInAsync(string value) => RenewAsync(null, value, "/open/in");

    // The cookies as a browser has them afterwards.
    private async Task<string> RenewAsync(string? cookies, string value, string path = "/a")
        => await TryRenewAsync(cookies, value, path) ?? throw new InvalidOperationException("The request was refused.");

    // Null where the request was refused.
    private async Task<string?> TryRenewAsync(string? cookies, string value, string path)
    {
        _sets = [$"session={value}; Path=/; HttpOnly"];
        using HttpResponseMessage answer = await SendAsync(path, cookies);
        _sets = [];
        return answer.StatusCode == HttpStatusCode.OK ? $"session={value}; {SealIn(answer)}".TrimEnd(' ', ';') : null;
    }

    private static string SealIn(HttpResponseMessage answer)
        => answer.Headers.GetValues("Set-Cookie").SingleOrDefault(line => line.StartsWith("session-lineage=", StringComparison.Ordinal))
            ?.Split(';')[0] ?? "";

    private async Task<int> StatusAsync(string path, string cookies)
    {
        using HttpResponseMessage answer = await SendAsync(path, cookies);
        return (int)answer.StatusCode;
    }

    private async Task<HttpResponseMessage> SendAsync(string path, string? cookies)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, path);
        if (!string.IsNullOrEmpty(cookies)) request.Headers.Add("Cookie", cookies);
        return await _gateway.Client.SendAsync(request);
    }
}
