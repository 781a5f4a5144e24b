using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.EndToEnd.Cluster;
using Gateway.EndToEnd.TwoFactor;

namespace Gateway.EndToEnd.Management;

/// <summary>
/// A gateway that is used in every way, with logs at their most talkative: none of the tokens, codes, keys and secrets that it was given
/// stands in anything that it has written.
/// </summary>
public sealed class SecretsTests
{
    private const string RedisPassword = "r3dis-p4ssword-of-the-test", ClientSecret = "cl1ent-secret-of-the-test",
        UserPassword = "correct-horse-battery-of-the-test", WrongKey = "gw_wr0ng-key-that-nobody-has-made",
        Opaque = "0paque-token-of-somebody";

    [Fact]
    public async Task Nothing_that_it_writes_holds_a_token_a_code_a_key_or_a_secret()
    {
        await using RedisProcess redis = await RedisProcess.StartAsync(appendOnly: true);
        await redis.CommandAsync("ACL", "SETUSER", "gateway", "on", ">" + RedisPassword, "~*", "&*", "+@all");
        await using TestBackend backend = await TestBackend.StartAsync();
        await using TestIssuer issuer = new();
        JsonObject settings = ClusterSettings.For($"{redis.Connection},user=gateway,password={RedisPassword}", backend, issuer);
        settings.Set("Logging:LogLevel:Default", "Trace").Set("Gateway:Dialects:RocketChat:Realm", "main")
            .Set("Gateway:Dialects:Zitadel:Realm", "main").Set("Gateway:Dialects:Ory:Realm", "main");
        settings["Gateway"]!["Realms"]!["main"]!["Credentials"]!.AsArray().Add(new JsonObject { ["Header"] = "X-Auth-Token" });
        settings["Gateway"]!["Realms"]!["main"]!["Credentials"]!.AsArray().Add(new JsonObject { ["Header"] = "X-Session-Token" });
        settings.Set("Gateway:Realms:asked", new JsonObject
        {
            ["Credentials"] = new JsonArray(new JsonObject { ["Header"] = "X-Asked" }),
            ["Introspection"] = new JsonObject
            {
                ["Url"] = $"http://127.0.0.1:{FreePort.Take()}/introspect", ["ClientId"] = "gateway", ["ClientSecret"] = ClientSecret,
            },
        });
        settings.Set("Gateway:Realms:opaque", new JsonObject
        {
            ["Credentials"] = new JsonArray(new JsonObject { ["Cookie"] = "plain" }), ["Opaque"] = new JsonObject(),
        });
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(settings, ready: false);
        await Eventually.PassesAsync(async () =>
            Assert.Contains("asked", await gateway.Management.GetStringAsync("/v1/realms")), TimeSpan.FromSeconds(60));
        await Eventually.TrueAsync(async () => (int)(await gateway.GetAsync("/a", issuer.Token())).StatusCode == 200);

        List<(string What, string Text)> secrets = [("the password of Redis", RedisPassword), ("a client secret", ClientSecret),
            ("a password", UserPassword), ("a wrong key", WrongKey), ("an opaque token", Opaque),
            ("the management key", GatewaySettings.ManagementKey)];
        foreach ((string what, string text) in await UsedAsync(gateway, issuer)) secrets.Add((what, text));
        await gateway.StopAsync();

        List<(string Where, byte[] Bytes)> written = [("what it said", Encoding.UTF8.GetBytes(gateway.Output)), .. _answers];
        foreach (string file in Directory.EnumerateFiles(gateway.Folder.Path, "*", SearchOption.AllDirectories))
        {
            string name = Path.GetRelativePath(gateway.Folder.Path, file);
            if (name == "gateway.json") continue;   // the operator's own
            if (!OperatingSystem.IsWindows())
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite,
                    File.GetUnixFileMode(file) & ~(UnixFileMode.UserExecute | UnixFileMode.SetGroup));
            written.Add((name, await File.ReadAllBytesAsync(file)));
        }
        foreach (string file in Directory.EnumerateFiles(redis.DataFolder, "*", SearchOption.AllDirectories))
            written.Add(("Redis' " + Path.GetFileName(file), await File.ReadAllBytesAsync(file)));
        Assert.Contains(written, one => one.Where.Contains(".aof", StringComparison.Ordinal) && one.Bytes.Length > 1000);

        List<string> found = [];
        foreach ((string what, string text) in secrets)
            foreach (string form in Forms(text))
                foreach ((string where, byte[] bytes) in written)
                    if (bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(form)) >= 0) found.Add($"{what} stands in {where} as {form[..4]}…");
        Assert.True(found.Count == 0, string.Join('\n', found.Distinct()));
        // The search itself finds what is there.
        Assert.Contains(written, one => one.Bytes.AsSpan().IndexOf("alices-laptop"u8) >= 0);
    }

    private readonly List<(string Where, byte[] Bytes)> _answers = [];

    // Each way in which it is given a secret; what it answers is kept.
    private async Task<List<(string What, string Text)>> UsedAsync(GatewayProcess gateway, TestIssuer issuer)
    {
        List<(string, string)> secrets = [];
        string admin = Told("an administrator's token",
            issuer.Token("frank", "franks", claims => claims["roles"] = new JsonArray("admin")));
        string alice = Told("a token", issuer.Token("alice", "alices-laptop"));
        string forged = Told("a forged token", issuer.Token("x")[..^6] + "AAAAAA");
        string expired = Told("an expired token", issuer.Token("alice", "old", claims => claims["exp"] = 1));

        foreach (string token in (string[])[alice, forged, expired])
        {
            await GetAsync("/a", ("Authorization", "Bearer " + token));
            await GetAsync("/a?access_token=" + token);
            await GetAsync("/a", ("Cookie", "access_token=" + token));
        }
        await GetAsync("/a", ("X-Asked", Opaque));
        await GetAsync("/a", ("Cookie", "plain=" + Opaque));

        // Second factors: an authenticator, backup codes, a password.
        using HttpResponseMessage begun = await gateway.Management.PostAsync("/v1/two-factor/main/frank/totp", null);
        AuthenticatorApp app = AuthenticatorApp.Scan((string)(await begun.Content.ReadFromJsonAsync<JsonNode>())!["uri"]!);
        secrets.Add(("the secret of an authenticator", OtpNet.Base32Encoding.ToString(app.Secret).TrimEnd('=')));
        using HttpResponseMessage confirmed = await gateway.Management.PostAsJsonAsync("/v1/two-factor/main/frank/totp/confirm",
            new { code = app.Code(DateTimeOffset.UtcNow) });
        foreach (JsonNode? code in (await confirmed.Content.ReadFromJsonAsync<JsonNode>())!["backupCodes"]!.AsArray())
            secrets.Add(("a backup code", (string)code!));
        string backup = secrets[^1].Item2, digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(UserPassword)));
        secrets.Add(("a password's digest, as Rocket.Chat's clients send it", digest));
        using HttpResponseMessage put = await gateway.Management.PutAsJsonAsync("/v1/two-factor/main/frank/password",
            new { password = UserPassword });
        Assert.True(put.IsSuccessStatusCode);
        foreach ((string method, string code) in ((string, string)[])[("totp", "000000"), ("password", digest), ("totp", backup)])
            await RocketChatAsync(method, code);

        await SendAsync(new(HttpMethod.Delete, "/sessions"), ("X-Session-Token", alice));
        await SendAsync(new(HttpMethod.Delete, "/v2/sessions/alices-laptop") { Content = JsonContent.Create(new { sessionToken = alice }) },
            ("Authorization", "Bearer " + admin));

        // The management API, with keys and tokens, good and bad; and a token that is named.
        (int made, string said) = await GatewayProcess.CommandAsync(gateway.Folder.Path, "key", "create", "more", "--config",
            gateway.ConfigFile);
        Assert.True(made == 0, said);
        secrets.Add(("a made key", said.Trim().Split('\n')[^1].Trim()));
        foreach (string key in (string[])[GatewaySettings.ManagementKey, secrets[^1].Item2, WrongKey, admin, alice, forged])
            await ManageAsync(HttpMethod.Get, "/v1/nodes", key);
        await gateway.RevokeAsync(new() { ["realm"] = "main", ["token"] = alice, ["reason"] = "lost" });
        await ManageAsync(HttpMethod.Post, "/v1/explain", GatewaySettings.ManagementKey,
            JsonContent.Create(new { token = alice, realm = "main" }));
        await ManageAsync(HttpMethod.Post, "/v1/explain", GatewaySettings.ManagementKey,
            JsonContent.Create(new
            {
                request = new { url = "/a?access_token=" + forged, headers = new { Authorization = "Bearer " + alice } },
            }));
        foreach (string path in (string[])["/v1/audit/export", "/v1/sessions?count=1000", "/v1/revocations?count=1000",
            "/v1/refusals?count=1000", "/v1/realms", "/v1/routes", "/v1/keys", "/v1/two-factor/main", "/v1/two-factor/main/frank",
            "/metrics", "/readyz"])
            await ManageAsync(HttpMethod.Get, path, GatewaySettings.ManagementKey);
        (_, string check) = await GatewayProcess.CommandAsync(gateway.Folder.Path, "check", "--config", gateway.ConfigFile, "--online",
            "--Gateway:Store:Connection=redis://gateway:" + RedisPassword + "@127.0.0.1");
        _answers.Add(("check", Encoding.UTF8.GetBytes(check)));
        (_, check) = await GatewayProcess.CommandAsync(gateway.Folder.Path, "check", "--config", gateway.ConfigFile, "--explain");
        _answers.Add(("check --explain", Encoding.UTF8.GetBytes(check)));
        return secrets;

        string Told(string what, string token)
        {
            secrets.Add((what, token));
            secrets.Add((what + "'s signature", token[(token.LastIndexOf('.') + 1)..]));
            return token;
        }

        Task GetAsync(string path, params (string, string)[] headers) => SendAsync(new(HttpMethod.Get, path), headers);

        async Task SendAsync(HttpRequestMessage request, params (string Name, string Value)[] headers)
        {
            foreach ((string name, string value) in headers) request.Headers.TryAddWithoutValidation(name, value);
            string path = request.RequestUri!.ToString();
            using HttpResponseMessage answer = await gateway.Client.SendAsync(request);
            // Below /a the application answers, with all that it was sent.
            if (!path.StartsWith("/a?", StringComparison.Ordinal) && path != "/a") await KeepAsync(request, answer);
        }

        Task RocketChatAsync(string method, string code)
            => SendAsync(new(HttpMethod.Post, "/api/v1/sessions/logout") { Content = JsonContent.Create(new { sessionId = "somebodys" }) },
                ("X-Auth-Token", admin), ("X-User-Id", "frank"), ("x-2fa-method", method), ("x-2fa-code", code));

        async Task ManageAsync(HttpMethod method, string path, string key, HttpContent? body = null)
        {
            using HttpRequestMessage request = new(method, gateway.ManagementUrl + path) { Content = body };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            using HttpClient client = new();
            using HttpResponseMessage answer = await client.SendAsync(request);
            await KeepAsync(request, answer);
        }

        async Task KeepAsync(HttpRequestMessage request, HttpResponseMessage answer)
            => _answers.Add(($"the answer of {request.Method} {request.RequestUri!.ToString().Split('?')[0]}",
                [.. Encoding.UTF8.GetBytes(answer.Headers.ToString()), .. await answer.Content.ReadAsByteArrayAsync()]));
    }

    private static HashSet<string> Forms(string secret)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(secret);
        string base64 = Convert.ToBase64String(bytes).TrimEnd('=');
        return [secret, base64, base64.Replace('+', '-').Replace('/', '_'), Uri.EscapeDataString(secret), Convert.ToHexStringLower(bytes),
            Convert.ToHexString(bytes)];
    }
}
