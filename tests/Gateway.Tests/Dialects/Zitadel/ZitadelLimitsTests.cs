using Gateway.Dialects.Zitadel.Messages;

namespace Gateway.Tests.Dialects.Zitadel;

/// <summary>What there is no budget for is answered as ZITADEL answers it, over each wire.</summary>
public sealed class ZitadelLimitsTests
{
    [Fact]
    public async Task There_is_no_budget_for_more_unknown_ids()
    {
        await using DialectHost host = await DialectHost.StartAsync("Zitadel", new() { ["UnknownSessions"] = "Revoke" },
            settings => settings.Set("Gateway:Limits:CallerFactsPerMinute", 1), http2: true);
        string admin = host.Token("admin", "of the admin", admin: true);
        ZitadelWire wire = new(host.Gateway.Url, host.Gateway.Http2Url);
        Assert.Equal(0, (await DeleteAsync("a")).Code);

        foreach (string protocol in ZitadelWire.Protocols)
        {
            WireAnswer refused = await DeleteAsync("b", protocol);
            Assert.Equal((8, "quota for authenticated requests is exhausted (QUOTA-vjAy8)"), (refused.Code, refused.Message));
            Assert.InRange(refused.Http.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        }
        using HttpResponseMessage rest = await host.SendAsync(HttpMethod.Delete, "/v2/sessions/b", admin);
        Assert.Equal(429, (int)rest.StatusCode);
        Assert.StartsWith("""{"code":8,"message":"quota for authenticated requests is exhausted (QUOTA-vjAy8)","details":[""",
            await rest.Content.ReadAsStringAsync());

        // The one that is recorded is answered again, and a living session ends.
        Assert.Equal(0, (await DeleteAsync("a")).Code);
        string alive = await host.SeenTokenAsync("alice", "alive");
        Assert.Equal(200, (int)(await host.SendAsync(HttpMethod.Delete, "/v2/sessions/alive", admin)).StatusCode);
        Assert.Equal(401, await host.ReachAsync(alive));

        Task<WireAnswer> DeleteAsync(string session, string protocol = "application/grpc")
            => wire.CallAsync(protocol, "DeleteSession", new DeleteSessionRequest { SessionId = session }, admin);
    }
}
