using System.Text.Json.Nodes;
using static Gateway.Tests.Dialects.Ory.OryAnswers;

namespace Gateway.Tests.Dialects.Ory;

public sealed class OryAdministrationTests(OryFixture fixture) : IClassFixture<OryFixture>
{
    private readonly DialectHost _host = fixture.Host;

    private HttpClient Admin => _host.Gateway.Management;

    [Fact]
    public async Task All_sessions_of_an_identity_end_also_those_that_nobody_has_seen()
    {
        string user = DialectHost.New("user"), token = await _host.SeenTokenAsync(user, DialectHost.New("session")),
            unseen = _host.Token(user, DialectHost.New("session"));
        using (HttpResponseMessage ended = await Admin.DeleteAsync($"/admin/identities/{user}/sessions"))
        {
            Assert.Equal((204, ""), ((int)ended.StatusCode, await ended.Content.ReadAsStringAsync()));
            Assert.Equal("1/1", ended.Headers.GetValues("Gateway-Enforced").Single());
        }
        Assert.Equal(401, await _host.ReachAsync(token));
        Assert.Equal(401, await _host.ReachAsync(unseen));
        await (await Admin.DeleteAsync($"/admin/identities/{user}/sessions")).IsErrorAsync(404, NotFound);
    }

    [Fact]
    public async Task An_identity_without_seen_sessions_is_404_and_cut_off_all_the_same()
    {
        string user = DialectHost.New("user"), token = _host.Token(user, DialectHost.New("session"));
        await (await Admin.DeleteAsync($"/admin/identities/{user}/sessions")).IsErrorAsync(404, NotFound);
        Assert.Equal(401, await _host.ReachAsync(token));
    }

    [Fact]
    public async Task One_session_ends_by_its_id()
    {
        string session = DialectHost.New("session"), token = await _host.SeenTokenAsync(DialectHost.New("user"), session);
        for (int round = 0; round < 2; round++)
        {
            using HttpResponseMessage ended = await Admin.DeleteAsync("/admin/sessions/" + session);
            Assert.Equal(204, (int)ended.StatusCode);
            Assert.Equal(401, await _host.ReachAsync(token));
        }
    }

    [Fact]
    public async Task A_session_that_nobody_has_seen_is_404_and_ended_all_the_same()
    {
        string session = DialectHost.New("session"), token = _host.Token(DialectHost.New("user"), session);
        for (int round = 0; round < 2; round++)
        {
            using HttpResponseMessage ended = await Admin.DeleteAsync("/admin/sessions/" + session);
            Assert.True(ended.Headers.Contains("Gateway-Revocation"));
            await ended.IsErrorAsync(404, NotFound);
        }
        Assert.Equal(401, await _host.ReachAsync(token));
    }

    [Fact]
    public async Task The_path_prefixes_are_the_administrators_too()
    {
        string user = DialectHost.New("user"), session = DialectHost.New("session");
        await _host.SeenTokenAsync(user, session);
        Assert.Equal([session], await IdsAsync($"/auth/admin/identities/{user}/sessions"));
        using HttpResponseMessage listed = await Admin.GetAsync("/auth/admin/sessions?page_size=1");
        Assert.Contains("/auth/admin/sessions?page_size=1>; rel=\"first\"", listed.Headers.GetValues("Link").Single(),
            StringComparison.Ordinal);
        foreach (string path in new[] { "/auth/admin/sessions/" + session, $"/auth/admin/identities/{user}/sessions" })
        {
            using HttpResponseMessage ended = await Admin.DeleteAsync(path);
            Assert.True(ended.Headers.Contains("Gateway-Revocation"), path);
        }
    }

    [Fact]
    public async Task The_sessions_of_an_identity_are_listed()
    {
        string user = DialectHost.New("user"), ended = DialectHost.New("session"), live = DialectHost.New("session");
        await _host.SeenTokenAsync(user, ended);
        await _host.SeenTokenAsync(user, live);
        await Admin.DeleteAsync("/admin/sessions/" + ended);
        using HttpResponseMessage all = await Admin.GetAsync($"/admin/identities/{user}/sessions");
        Assert.Equal([(live, true), (ended, false)],
            (await all.IsOkAsync()).AsArray().Select(session => (session!["id"]!.GetValue<string>(), session["active"]!.GetValue<bool>())));
        Assert.Equal("2", all.Headers.GetValues("X-Total-Count").Single());
        Assert.Contains("rel=\"first\"", all.Headers.GetValues("Link").Single(), StringComparison.Ordinal);
        Assert.Equal([live], await IdsAsync($"/admin/identities/{user}/sessions?active=true"));
        Assert.Equal([ended], await IdsAsync($"/admin/identities/{user}/sessions?active=F"));
        Assert.Empty(await IdsAsync($"/admin/identities/{DialectHost.New("nobody")}/sessions"));
        await (await Admin.GetAsync($"/admin/identities/{user}/sessions?active=maybe"))
            .IsErrorAsync(400, BadRequest("could not parse parameter active"));
    }

    [Fact]
    public async Task Everybodys_sessions_are_listed_page_after_page()
    {
        string user = DialectHost.New("user");
        for (int number = 0; number < 5; number++) await _host.SeenTokenAsync(user, DialectHost.New("session"));
        List<string> walked = [];
        string? path = "/admin/sessions?page_size=2&expand=identity";
        for (int pages = 0; path is not null; pages++)
        {
            Assert.True(pages < 100);
            using HttpResponseMessage page = await Admin.GetAsync(path);
            JsonArray sessions = (await page.IsOkAsync()).AsArray();
            Assert.InRange(sessions.Count, 1, 2);
            walked.AddRange(sessions.Select(session => session!["id"]!.GetValue<string>()));
            Assert.All(sessions, session => Assert.Null(session!["devices"]));
            Assert.False(page.Headers.Contains("X-Total-Count"));
            string? next = page.Headers.GetValues("Link").Single().Split(',')
                .FirstOrDefault(link => link.EndsWith("rel=\"next\"", StringComparison.Ordinal));
            path = next is null ? null : new Uri(next[1..next.IndexOf('>', StringComparison.Ordinal)]).PathAndQuery + "&expand=identity";
        }
        Assert.Equal(walked.Distinct().Count(), walked.Count);
        Assert.Equal(await IdsAsync("/admin/sessions?page_size=500"), walked);
        await (await Admin.GetAsync("/admin/sessions?page_size=many")).IsErrorAsync(400, BadRequest("could not parse parameter page_size"));
        await (await Admin.GetAsync("/admin/sessions?page_token=!")).IsErrorAsync(400, BadRequest("could not parse parameter page_token"));
        await (await Admin.GetAsync("/admin/sessions?active=2")).IsErrorAsync(400, BadRequest("could not parse parameter active"));
    }

    [Theory]
    [InlineData("DELETE", "/admin/identities/alice/sessions")]
    [InlineData("DELETE", "/admin/sessions/any")]
    [InlineData("GET", "/admin/sessions")]
    [InlineData("GET", "/admin/identities/alice/sessions")]
    public async Task Without_a_key_it_is_401_and_without_the_permission_403_in_orys_form(string method, string path)
    {
        foreach ((string? bearer, int status) in new[] { (null, 401), ("wrong", 401), (_host.Token("mallory", "m"), 403) })
        {
            using HttpClient nobody = new() { BaseAddress = new Uri(_host.Gateway.ManagementUrl) };
            using HttpRequestMessage request = new(new HttpMethod(method), path);
            if (bearer is not null) request.Headers.Authorization = new("Bearer", bearer);
            using HttpResponseMessage answer = await nobody.SendAsync(request);
            Assert.Equal(status, (int)answer.StatusCode);
            Assert.Equal("application/json", answer.Content.Headers.ContentType!.ToString());
            Assert.StartsWith($$$"""{"error":{"code":{{{status}}},""", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_users_calls_are_not_answered_on_the_management_listener()
    {
        using HttpResponseMessage answer = await Admin.GetAsync("/sessions/whoami");
        Assert.Equal(404, (int)answer.StatusCode);
        using HttpResponseMessage zitadel = await Admin.DeleteAsync("/v2/sessions/any");
        Assert.Equal(404, (int)zitadel.StatusCode);
    }

    private async Task<string[]> IdsAsync(string path)
    {
        using HttpResponseMessage answer = await Admin.GetAsync(path);
        return [.. (await answer.IsOkAsync()).AsArray().Select(session => session!["id"]!.GetValue<string>())];
    }
}
