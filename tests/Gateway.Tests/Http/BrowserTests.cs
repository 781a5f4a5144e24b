using System.Text.Json.Nodes;

namespace Gateway.Tests.Http;

/// <summary>What a browser gets that is refused.</summary>
public sealed class BrowserTests : IAsyncLifetime
{
    private TestBackend _backend = null!;
    private TestIssuer _issuer = null!;
    private InProcessGateway? _gateway;

    public async Task InitializeAsync()
    {
        _backend = await TestBackend.StartAsync();
        _issuer = new();
    }

    public async Task DisposeAsync()
    {
        if (_gateway is not null) await _gateway.DisposeAsync();
        await _issuer.DisposeAsync();
        await _backend.DisposeAsync();
    }

    [Theory]
    [InlineData("/sign-in", null, "/page?a=1&b=%20", "/sign-in?rd=%2Fpage%3Fa%3D1%26b%3D%2520")]
    [InlineData("/sign-in?tenant=x#top", "return_to", "/page", "/sign-in?tenant=x&return_to=%2Fpage#top")]
    [InlineData("https://idp.example/login", null, "/page", "https://idp.example/login?rd=http%3A%2F%2Fapp.example%3A81%2Fpage")]
    [InlineData("http://app.example:81/login", null, "/page", "http://app.example:81/login?rd=%2Fpage")]
    [InlineData("/sign-in", "", "/page", "/sign-in")]
    // A path that a browser takes for another host, and one that holds what was refused.
    [InlineData("/sign-in", null, "//evil.example/x", "/sign-in")]
    [InlineData("/sign-in", null, "/page?a=1&access_token=OLD&access%5Ftoken=OLD&b=2", "/sign-in?rd=%2Fpage%3Fa%3D1%26b%3D2")]
    public async Task It_is_sent_to_sign_in_with_the_page_that_it_wanted(string signIn, string? parameter, string page, string location)
    {
        await StartAsync(settings =>
        {
            settings.Set("Gateway:Realms:main:SignInUrl", signIn);
            if (parameter is not null) settings.Set("Gateway:Realms:main:ReturnUrlParameter", parameter);
        });
        using HttpResponseMessage answer = await NavigateAsync(page.Replace("OLD", _issuer.Token(change: claims => claims["exp"] = 1),
            StringComparison.Ordinal));
        Assert.Equal(302, (int)answer.StatusCode);
        Assert.Equal(location, answer.Headers.GetValues("Location").Single());
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task A_form_that_was_sent_is_not_sent_again()
    {
        await StartAsync(settings => settings.Set("Gateway:Realms:main:SignInUrl", "/sign-in"));
        using HttpResponseMessage answer = await NavigateAsync("/save", request =>
        {
            request.Method = HttpMethod.Post;
            request.Headers.Add("Sec-Fetch-Mode", "navigate");
        });
        Assert.Equal((303, "/sign-in"), ((int)answer.StatusCode, answer.Headers.GetValues("Location").Single()));
    }

    [Fact]
    public async Task The_page_to_sign_in_at_does_not_lead_to_itself()
    {
        await StartAsync(settings => settings.Set("Gateway:Realms:main:SignInUrl", "/sign-in"));
        using HttpResponseMessage answer = await NavigateAsync("/sign-in/?x=1");
        Assert.Equal((401, "text/html"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task The_cookie_that_was_refused_is_deleted_under_every_path_and_domain()
    {
        await StartAsync(settings => settings.Set("Gateway:Realms:main:SignInUrl", "/sign-in"));
        string token = _issuer.Token(session: "s1");
        await _gateway!.RevokeSessionAsync("s1");
        using HttpResponseMessage answer = await NavigateAsync("/shop/cart/items", request
            => request.Headers.Add("Cookie", $"theme=dark; access_token={token}"));

        Assert.Equal(302, (int)answer.StatusCode);
        string[] deletions = [.. answer.Headers.GetValues("Set-Cookie")];
        Assert.All(deletions, deletion => Assert.StartsWith("access_token=; expires=Thu, 01 Jan 1970 00:00:00 GMT; ", deletion));
        (string? Domain, string Path)[] places = [.. deletions.Select(deletion
            => (Attribute(deletion, "domain"), Attribute(deletion, "path")!))];
        Assert.Equal(
            from path in (string[])["/", "/shop", "/shop/", "/shop/cart"] from domain in (string?[])[null, "app.example"] select (domain,
                path),
            places);
    }

    [Fact]
    public async Task A_cookie_that_may_stand_on_one_host_alone_is_deleted_there_alone()
    {
        await StartAsync(settings => settings.Set("Gateway:Realms:main:Credentials:1:Cookie", "__Host-session"));
        using HttpResponseMessage answer = await NavigateAsync("/shop/cart", request
            => request.Headers.Add("Cookie", $"__Host-session={_issuer.Token(change: claims => claims["exp"] = 1)}"));
        string deletion = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.Equal(("/", null), (Attribute(deletion, "path"), Attribute(deletion, "domain")));
        Assert.Contains("; secure", deletion);
    }

    [Fact]
    public async Task Another_credential_that_is_refused_leaves_a_good_cookie_alone()
    {
        await StartAsync(settings => settings.Set("Gateway:Realms:main:SignInUrl", "/sign-in"));
        string good = _issuer.Token(session: "good"), revoked = _issuer.Token(session: "gone");
        await _gateway!.RevokeSessionAsync("gone");
        using HttpResponseMessage answer = await NavigateAsync("/x", request =>
        {
            request.Headers.Add("Cookie", $"access_token={good}");
            request.Headers.Authorization = new("Bearer", revoked);
        });
        Assert.Equal(302, (int)answer.StatusCode);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task Of_two_cookies_the_one_that_was_refused_is_deleted()
    {
        await StartAsync(settings => settings.Set("Gateway:Realms:main:Credentials:3:Cookie", "second"));
        string good = _issuer.Token(session: "good"), revoked = _issuer.Token(session: "gone");
        await _gateway!.RevokeSessionAsync("gone");
        using HttpResponseMessage answer = await NavigateAsync("/", request
            => request.Headers.Add("Cookie", $"access_token={good}; second={revoked}"));
        Assert.Equal(401, (int)answer.StatusCode);
        Assert.All(answer.Headers.GetValues("Set-Cookie"), deletion => Assert.StartsWith("second=;", deletion));
    }

    [Fact]
    public async Task Without_a_page_to_sign_in_at_there_is_a_small_one()
    {
        await StartAsync(_ => { });
        using HttpResponseMessage answer = await NavigateAsync("/x");
        string page = await answer.Content.ReadAsStringAsync();

        Assert.Equal((401, "text/html"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        Assert.Contains("<h1>Unauthorized</h1>", page);
        Assert.Contains("Sign in first.", page);
        // By which whoever reads the log finds the reason.
        string line = _gateway!.Log.Lines.Single(line => line.Text.StartsWith("Refused", StringComparison.Ordinal)).Text;
        Assert.Contains($"<small>{line[(line.LastIndexOf(' ') + 1)..]}</small>", page);
    }

    [Theory]
    [InlineData("X-Requested-With", "XMLHttpRequest")]
    [InlineData("Sec-Fetch-Mode", "cors")]
    [InlineData("Sec-Fetch-Mode", "no-cors")]
    public async Task What_a_script_asks_for_is_no_navigation(string header, string value)
    {
        await StartAsync(settings => settings.Set("Gateway:Realms:main:SignInUrl", "/sign-in"));
        using HttpResponseMessage answer = await NavigateAsync("/x", request => request.Headers.Add(header, value));
        Assert.Equal((401, "application/problem+json"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
    }

    private async Task StartAsync(Action<JsonObject> change)
    {
        JsonObject settings = GatewaySettings.For(_backend, _issuer).Route(("Session", "Required"));
        JsonArray credentials = settings["Gateway"]!["Realms"]!["main"]!["Credentials"]!.AsArray();
        JsonObject changes = [];
        change(changes);
        // A change of one credential by its place in the list.
        foreach ((string path, JsonNode? value) in Leaves(changes, ""))
        {
            string[] names = path.Split(':');
            if (names is [.., "Credentials", var at, var key])
            {
                int place = int.Parse(at, System.Globalization.CultureInfo.InvariantCulture);
                if (place == credentials.Count) credentials.Add(new JsonObject());
                credentials[place] = new JsonObject { [key] = value!.DeepClone() };
            }
            else settings.Set(path, value!.DeepClone());
        }
        _gateway = await InProcessGateway.StartAsync(settings);
    }

    private static IEnumerable<(string Path, JsonNode? Value)> Leaves(JsonObject from, string prefix)
    {
        foreach ((string name, JsonNode? value) in from)
            foreach ((string, JsonNode?) leaf in value is JsonObject inner ? Leaves(inner, $"{prefix}{name}:")
                : [($"{prefix}{name}", value)]) yield return leaf;
    }

    private Task<HttpResponseMessage> NavigateAsync(string target, Action<HttpRequestMessage>? change = null)
    {
        HttpRequestMessage request = new(HttpMethod.Get,
            new Uri(_gateway!.Url + target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        request.Headers.Host = "app.example:81";
        request.Headers.Accept.ParseAdd("text/html,application/xhtml+xml;q=0.9");
        change?.Invoke(request);
        return _gateway.Client.SendAsync(request);
    }

    private static string? Attribute(string cookie, string name)
        => cookie.Split("; ").FirstOrDefault(part => part.StartsWith(name + "=", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..];
}
