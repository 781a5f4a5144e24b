using System.Net;
using System.Text.Json.Nodes;

namespace Gateway.EndToEnd.Cluster;

/// <summary>Redis behind TLS and a password, as the README's connection string names it; the authority that signed its
/// certificate is trusted the system's way.</summary>
public sealed class TlsTests
{
    private const string Password = "p4ss-of-redis";

    private static async Task<(RedisProcess Redis, string Connection)> StartAsync(TestAuthority authority)
    {
        int port = FreePort.Take();
        RedisProcess redis = await RedisProcess.StartAsync(appendOnly: false, null,
            "--tls-port", $"{port}", "--tls-cert-file", authority.CertificateFile, "--tls-key-file", authority.KeyFile,
            "--tls-ca-cert-file", authority.CaFile, "--tls-auth-clients", "no");
        // Only now, so that the test itself could look whether it is up.
        await redis.CommandAsync("CONFIG", "SET", "requirepass", Password);
        return (redis, $"localhost:{port},password={Password},ssl=true");
    }

    private static JsonObject Settings(string connection, TestBackend backend, TestIssuer issuer)
        => ClusterSettings.For(connection, backend, issuer, lease: "00:00:02");

    [Fact]
    public async Task A_cluster_works_over_tls()
    {
        using TestAuthority authority = new();
        (RedisProcess redis, string connection) = await StartAsync(authority);
        await using RedisProcess owned = redis;
        await using TestBackend backend = await TestBackend.StartAsync();
        await using TestIssuer issuer = new();
        KeyValuePair<string, string?>[] trusts = [new("SSL_CERT_FILE", authority.CaFile)];
        await using GatewayProcess one = await GatewayProcess.StartAsync(Settings(connection, backend, issuer), environment: trusts);
        await using GatewayProcess two = await GatewayProcess.StartAsync(Settings(connection, backend, issuer), environment: trusts);
        string token = issuer.Token(session: "s1"), other = issuer.Token(session: "s2");
        Assert.Equal(HttpStatusCode.OK, (await two.GetAsync("/a", token)).StatusCode);
        Assert.Equal((2, 2), (await one.RevokeSessionAsync("s1")).Enforced());
        Assert.Equal(HttpStatusCode.Unauthorized, (await two.GetAsync("/a", token)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await two.GetAsync("/a", other)).StatusCode);
        Assert.DoesNotContain(Password, one.Output + two.Output);
    }

    [Theory]
    [InlineData("localhost", false, "does not verify")]
    [InlineData("elsewhere.example", true, "is for another host")]
    public async Task A_certificate_that_does_not_verify_is_told_as_that(string name, bool trusted, string reason)
    {
        using TestAuthority authority = new(name);
        (RedisProcess redis, string connection) = await StartAsync(authority);
        await using RedisProcess owned = redis;
        await using TestBackend backend = await TestBackend.StartAsync();
        await using TestIssuer issuer = new();
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(Settings(connection, backend, issuer), ready: false,
            environment: trusted ? [new("SSL_CERT_FILE", authority.CaFile)] : []);
        await gateway.Process.WaitForOutputAsync(reason, TimeSpan.FromSeconds(60));
        await Eventually.PassesAsync(async () =>
        {
            using HttpResponseMessage answer = await gateway.Management.GetAsync("/readyz");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Contains(reason, await answer.Content.ReadAsStringAsync());
        });
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await gateway.GetAsync("/a", issuer.Token())).StatusCode);
        Assert.DoesNotContain(Password, gateway.Output);
    }
}
