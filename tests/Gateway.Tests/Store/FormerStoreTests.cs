using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Store;
using Gateway.Store.Sqlite;
using Gateway.TwoFactor;
using Microsoft.Data.Sqlite;

namespace Gateway.Tests.Store;

/// <summary>
/// A store file that the gateway of an earlier version wrote, with the SQLite of its time: <c>Former/0.1.0.store</c>, made
/// on 1 June 2026 at noon by its clock. The sessions a1 and a2 of alice, b1 of bob, c1 of carol's old-app and d1 of dave
/// had been seen; a1, bob, old-app and the token jti-1 were revoked, d1 was revoked and reinstated; alice had an
/// authenticator, bob a password and a mail address. A file of this kind is added with each version that changes the schema.
/// </summary>
public sealed class FormerStoreTests : IDisposable
{
    private static readonly DateTimeOffset Written = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TempFolder _folder = new();
    private readonly TestIssuer _issuer = new("https://idp.example") { Time = new ManualTime(Written) };

    public FormerStoreTests()
    {
        string former = Path.Combine(Repository.Root, "tests/Gateway.Tests/Store/Former/0.1.0.store");
        File.Copy(former, _folder["gateway.db"]);
        File.Copy(former + ".key", _folder["gateway.db.key"]);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<InProcessGateway> StartAsync(TestBackend? backend = null)
    {
        ShiftedTime fiveMinutesLater = new() { Shift = Written.AddMinutes(5) - DateTimeOffset.UtcNow };
        JsonObject settings = GatewaySettings.For(backend, _issuer).Set("Gateway:Store:Path", _folder["gateway.db"])
            .Set("Gateway:TwoFactor:Smtp:Host", "127.0.0.1").Set("Gateway:TwoFactor:Smtp:From", "gateway@example.org");
        return await InProcessGateway.StartAsync(settings, fiveMinutesLater);
    }

    [Fact]
    public async Task Its_revocations_are_enforced_and_its_reinstatement_too()
    {
        await using TestBackend backend = await TestBackend.StartAsync();
        await using InProcessGateway gateway = await StartAsync(backend);
        async Task<HttpStatusCode> AskAsync(string subject, string session, string client = "app", string token = "jti-0")
        {
            using HttpResponseMessage answer = await gateway.GetAsync("/",
                _issuer.Token(subject, session, claims => { claims["azp"] = client; claims["jti"] = token; }));
            return answer.StatusCode;
        }

        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync("alice", "a1"));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync("bob", "b1"));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync("carol", "c1", client: "old-app"));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync("erin", "e1", token: "jti-1"));
        Assert.Equal(HttpStatusCode.OK, await AskAsync("alice", "a2"));
        Assert.Equal(HttpStatusCode.OK, await AskAsync("dave", "d1"));
    }

    [Fact]
    public async Task Its_lists_are_there_and_go_on()
    {
        await using InProcessGateway gateway = await StartAsync();
        async Task<JsonArray> ListAsync(string path) => (await gateway.Management.GetFromJsonAsync<JsonObject>(path))!["items"]!.AsArray();

        JsonArray revocations = await ListAsync("/v1/revocations");
        Assert.Equal(5, revocations.Count);
        Assert.Equal("lost \"phone\" – 失", (string?)revocations[4]!["reason"]);
        Assert.Equal("fixture/1.0", ((string?)(await ListAsync("/v1/sessions?subject=dave")).Single()!["userAgent"])?.ToLowerInvariant());
        IReadOnlyList<AuditEntry> audit = await gateway.Get<AuditLog>().ListAsync(null, 100, default);
        Assert.Contains(audit, entry => entry is { Action: "reinstate", Target: "session main/d1", Outcome: "done" });

        Assert.True((long)(await gateway.RevokeSessionAsync("a2"))["position"]! > 6);
        await gateway.RestartAsync();
        Assert.Equal(6, (await ListAsync("/v1/revocations")).Count);
    }

    [Fact]
    public async Task Its_second_factors_pass()
    {
        await using InProcessGateway gateway = await StartAsync();
        JsonArray enrolled = (await gateway.Management.GetFromJsonAsync<JsonObject>("/v1/two-factor/main"))!["items"]!.AsArray();
        Assert.Equal(
            """[{"user":"alice","methods":["totp"],"backupCodes":12,"pending":false},{"user":"bob","methods":["email","password"],"backupCodes":0,"pending":false}]""",
            enrolled.ToJsonString());

        AuthenticatorApp app = AuthenticatorApp.Scan(
            "otpauth://totp/Gateway:alice?secret=PVLYTBCZIFCFYZGLKE5MS3BLILDH7EBR&issuer=Gateway&algorithm=SHA1&digits=6&period=30");
        async Task<FactorVerdict> CheckAsync(string code)
            => (await gateway.Get<SecondFactor>()
                .CheckAsync(new(new("main", "alice"), code, "totp", "token " + Guid.NewGuid(), "agent", "192.0.2.1"), default)).Verdict;
        Assert.Equal(FactorVerdict.Passed, await CheckAsync(app.Code(gateway.Get<TimeProvider>().GetUtcNow())));
        Assert.Equal(FactorVerdict.Passed, await CheckAsync("XCQJr8yZ"));
        Assert.Equal(FactorVerdict.Invalid, await CheckAsync("XCQJr8yZ"));
        Factors bob = await gateway.Get<Enrolment>().ReadAsync(new("main", "bob"), default);
        Assert.True(SlowHash.Matches(bob.Password!, Codes.PasswordDigest("päss wörd")));
    }

    [Fact]
    public async Task Its_management_keys_are_good_and_those_that_were_removed_are_not()
    {
        const string good = "gw_made-by-the-former-version", removed = "gw_removed-by-the-former-version";
        using (SqliteConnection former = new($"Data Source={_folder["gateway.db"]};Pooling=False"))
        {
            former.Open();
            string hash = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(good)));
            SqliteSchema.Execute(former,
                $"INSERT INTO pairs (room, key, value) VALUES ('management-keys', 'ops', x'{hash}'), ('management-keys', 'leaked', x'')");
        }
        await using InProcessGateway gateway = await StartAsync();
        async Task<HttpStatusCode> AskAsync(string key)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, "/v1/nodes") { Headers = { Authorization = new("Bearer", key) } };
            using HttpResponseMessage answer = await gateway.Management.SendAsync(request);
            return answer.StatusCode;
        }

        Assert.Equal(HttpStatusCode.OK, await AskAsync(good));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(removed));
        Assert.Null(await gateway.Get<Gateway.Management.ManagementKeys>().CreateAsync("leaked", default));
    }

    [Fact]
    public async Task A_file_of_a_newer_version_is_refused_by_name_with_a_way_back()
    {
        SqliteConnection newer = StoreFile.OpenToWrite(_folder["gateway.db"]);
        SqliteSchema.Execute(newer, $"CREATE TABLE of_tomorrow (key); PRAGMA user_version = {SqliteSchema.Current + 1}");
        newer.Dispose();
        byte[] before = File.ReadAllBytes(_folder["gateway.db"]);

        StoreFileException refused = await Assert.ThrowsAsync<StoreFileException>(() => StartAsync());

        Assert.StartsWith(
            $"The store file {_folder["gateway.db"]} is of version {SqliteSchema.Current + 1}; this gateway knows up "
                + $"to {SqliteSchema.Current}.", refused.Message);
        Assert.Contains("Start the gateway that wrote it", refused.Message);
        Assert.Contains("copy of the file from before the update", refused.Message);
        Assert.Contains("Gateway:Store:Path", refused.Message);
        Assert.Equal(before, File.ReadAllBytes(_folder["gateway.db"]));
    }
}
