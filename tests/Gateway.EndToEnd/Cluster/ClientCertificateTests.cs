using System.Net;
using System.Text.Json.Nodes;

namespace Gateway.EndToEnd.Cluster;

/// <summary>Redis and a sentinel that let nobody in without a certificate of their own authority.</summary>
public sealed class ClientCertificateTests
{
    private static async Task<(RedisProcess Redis, int Port)> StartAsync(TestAuthority authority)
    {
        int port = FreePort.Take();
        return (await RedisProcess.StartAsync(appendOnly: false, null, ["--tls-port", $"{port}", .. Tls(authority)]), port);
    }

    private static string[] Tls(TestAuthority authority) =>
        ["--tls-cert-file", authority.CertificateFile, "--tls-key-file", authority.KeyFile, "--tls-ca-cert-file", authority.CaFile,
            "--tls-auth-clients", "yes"];

    private static JsonObject Settings(string connection, TestBackend backend, TestIssuer issuer, params (string Key, string File)[] files)
    {
        JsonObject settings = ClusterSettings.For(connection, backend, issuer, lease: "00:00:02");
        foreach ((string key, string file) in files) settings.Set($"Gateway:Store:{key}", file);
        return settings;
    }

    [Fact]
    public async Task A_gateway_that_shows_its_certificate_works_and_takes_a_renewed_one()
    {
        using TestAuthority authority = new();
        (RedisProcess redis, int port) = await StartAsync(authority);
        await using RedisProcess owned = redis;
        await using TestBackend backend = await TestBackend.StartAsync();
        await using TestIssuer issuer = new();
        using TempFolder folder = new();
        // Certificate and key in one file, as many tools write them.
        string both = folder.Write("gateway.pem",
            await File.ReadAllTextAsync(authority.CertificateFile) + "\n" + await File.ReadAllTextAsync(authority.KeyFile));
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(
            Settings($"localhost:{port},ssl=true", backend, issuer, ("CaFile", authority.CaFile), ("CertificateFile", both)));
        await ClusterFixture.ReadyAsync(gateway);
        string token = issuer.Token(session: "s1");
        Assert.Equal(HttpStatusCode.OK, (await gateway.GetAsync("/a", token)).StatusCode);
        Assert.Equal((1, 1), (await gateway.RevokeSessionAsync("s1")).Enforced());
        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.GetAsync("/a", token)).StatusCode);

        // The next connection reads the file anew: one that cannot be used is noticed, and one that can is used.
        string good = await File.ReadAllTextAsync(both);
        await File.WriteAllTextAsync(both, "nothing");
        await redis.CommandAsync("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
        await redis.CommandAsync("CLIENT", "KILL", "TYPE", "pubsub");
        await Eventually.PassesAsync(async () =>
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await gateway.Management.GetAsync("/readyz")).StatusCode));
        await File.WriteAllTextAsync(both, good);
        await ClusterFixture.ReadyAsync(gateway);
    }

    [Fact]
    public async Task Check_online_tells_what_is_missing_and_passes_with_it_also_past_a_sentinel()
    {
        using TestAuthority authority = new(), stranger = new();
        (RedisProcess redis, int port) = await StartAsync(authority);
        await using RedisProcess owned = redis;
        await using TestBackend backend = await TestBackend.StartAsync();
        await using TestIssuer issuer = new();
        using TempFolder folder = new();
        string connection = $"localhost:{port},ssl=true";
        (string, string) ca = ("CaFile", authority.CaFile), certificate = ("CertificateFile", authority.CertificateFile),
            key = ("CertificateKeyFile", authority.KeyFile);

        async Task<(int Code, string Output)> CheckAsync(string to, params (string, string)[] files)
        {
            string file = folder.Write("gateway.json", Settings(to, backend, issuer, files).ToJsonString());
            return await GatewayProcess.CommandAsync(folder.Path, "check", "--config", file, "--online");
        }

        (int code, string output) = await CheckAsync(connection, ca);
        Assert.True(code == 1 && output.Contains("Gateway:Store:CertificateFile"), output);
        (code, output) = await CheckAsync(connection, certificate, key);
        Assert.True(code == 1 && output.Contains("Gateway:Store:CaFile"), output);
        (code, output) = await CheckAsync(connection, ("CaFile", stranger.CaFile), certificate, key);
        Assert.True(code == 1 && output.Contains("does not verify"), output);
        (code, output) = await CheckAsync(connection, ca, certificate, key);
        Assert.True(code == 0, output);

        int sentinelPort = FreePort.Take();
        string config = folder.Write("sentinel.conf", $"""
            port 0
            tls-port {sentinelPort}
            bind 127.0.0.1
            tls-cert-file {authority.CertificateFile}
            tls-key-file {authority.KeyFile}
            tls-ca-cert-file {authority.CaFile}
            tls-auth-clients yes
            tls-replication yes
            sentinel monitor mymaster 127.0.0.1 {port} 1

            """);
        await using ChildProcess sentinel = ChildProcess.Start("redis-sentinel", [config], folder.Path);
        await sentinel.WaitForOutputAsync("+monitor master mymaster");
        (code, output) = await CheckAsync($"localhost:{sentinelPort},serviceName=mymaster,ssl=true", ca, certificate, key);
        Assert.True(code == 0, output);
    }

    [Fact]
    public async Task Files_that_cannot_be_used_stop_the_start_with_the_cure()
    {
        using TestAuthority authority = new(), expired = new(days: 1), other = new();
        await using TestBackend backend = await TestBackend.StartAsync();
        await using TestIssuer issuer = new();
        using TempFolder folder = new();
        (string Connection, (string, string)[] Files, string Says)[] cases =
        [
            ("127.0.0.1:1", [("CaFile", authority.CaFile)], "Gateway:Store:Connection: has no ssl=true"),
            ("127.0.0.1:1,ssl=true", [("CaFile", "nowhere.pem")], "nowhere.pem does not exist"),
            ("127.0.0.1:1,ssl=true", [("CaFile", authority.KeyFile)], "Gateway:Store:CaFile: cannot be used (it holds no certificate)"),
            ("127.0.0.1:1,ssl=true", [("CertificateFile", authority.CertificateFile)], "Gateway:Store:CertificateFile: cannot be used"),
            ("127.0.0.1:1,ssl=true", [("CertificateKeyFile", authority.KeyFile)], "goes with CertificateFile"),
            ("127.0.0.1:1,ssl=true", [("CertificateFile", authority.CertificateFile), ("CertificateKeyFile", other.KeyFile)],
                "Gateway:Store:CertificateFile: cannot be used"),
            ("127.0.0.1:1,ssl=true", [("CertificateFile", expired.CertificateFile), ("CertificateKeyFile", expired.KeyFile)],
                "has expired"),
        ];
        foreach ((string connection, (string, string)[] files, string says) in cases)
        {
            string file = folder.Write("gateway.json", Settings(connection, backend, issuer, files).ToJsonString());
            (int code, string output) = await GatewayProcess.CommandAsync(folder.Path, "check", "--config", file);
            Assert.True(code == 1 && output.Contains(says), $"{says}: {output}");
            Assert.DoesNotContain("PRIVATE KEY", output, StringComparison.Ordinal);
        }
    }
}
