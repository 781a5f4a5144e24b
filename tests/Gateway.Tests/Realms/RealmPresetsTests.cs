using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Configuration;
using Gateway.Realms;
using Gateway.Revocation;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Realms;

/// <summary>Each preset with tokens in its provider's shape.</summary>
public sealed class RealmPresetsTests
{
    private const string Tenant = "7e9a1c52-3f60-4d8b-9c1e-2a5b7d904f11";
    private static readonly TestIssuer Issuer = new("https://idp.example");

    /// <summary>Preset; the realm besides; claims; session, subject, client; whether <c>admin</c> is granted.</summary>
    public static TheoryData<string, string, string, string?, string?, string?, bool> Tokens => new()
    {
        { "Keycloak", """ "Jwt": { "Authority": "https://kc.example/realms/main", "Audience": "app" } """,
            """{"iss":"https://kc.example/realms/main","aud":["app","account"],"sub":"f1","typ":"Bearer","azp":"web","sid":"s1","jti":"j","acr":"1","realm_access":{"roles":["admin","offline_access"]},"scope":"openid email"}""",
            "s1", "f1", "web", true },
        { "EntraId", $$""" "Jwt": { "Authority": "https://login.microsoftonline.com/{{Tenant}}/v2.0", "Audience": "api" } """,
            $$"""{"iss":"https://login.microsoftonline.com/{{Tenant}}/v2.0","aud":"api","azp":"web","azpacr":"1","oid":"user-1","sub":"pairwise","scp":"access_as_user","roles":["admin"],"sid":"s1","tid":"{{Tenant}}","uti":"u1","ver":"2.0"}""",
            "s1", "user-1", "web", true },
        { "EntraId", $$""" "Jwt": { "Authority": "https://login.microsoftonline.com/{{Tenant}}/v2.0", "Audience": "api" } """,
            $$"""{"iss":"https://sts.windows.net/{{Tenant}}/","aud":"api","appid":"web","oid":"user-1","sub":"pairwise","scp":"read admin","tid":"{{Tenant}}","uti":"u1","ver":"1.0"}""",
            "u1", "user-1", "web", true },
        { "EntraIdMultiTenant", $$""" "Jwt": { "Audience": "api", "RequiredClaims": { "tid": "{{Tenant}}" } } """,
            $$"""{"iss":"https://login.microsoftonline.com/{{Tenant}}/v2.0","aud":"api","azp":"web","oid":"user-1","tid":"{{Tenant}}","uti":"u1","ver":"2.0"}""",
            "u1", "user-1", "web", false },
        { "AdFs", """ "Jwt": { "Authority": "https://adfs.example/adfs", "Issuer": "http://adfs.example/adfs/services/trust", "Audience": "microsoft:identityserver:app" } """,
            """{"iss":"http://adfs.example/adfs/services/trust","aud":"microsoft:identityserver:app","apptype":"Confidential","appid":"web","authmethod":"x","auth_time":"2026-01-31T12:00:00.000Z","ver":"1.0","scp":"openid","upn":"alice@example","role":"Tenant admin"}""",
            null, "alice@example", "web", false },
        { "Auth0", """ "Jwt": { "Authority": "https://t.eu.auth0.com/", "Audience": "https://api" } """,
            """{"iss":"https://t.eu.auth0.com/","sub":"auth0|1","aud":["https://api","https://t.eu.auth0.com/userinfo"],"azp":"web","scope":"openid","permissions":["admin"],"https://gateway/sid":"s1"}""",
            "s1", "auth0|1", "web", true },
        { "Okta", """ "Jwt": { "Authority": "https://o.okta.com/oauth2/default", "Audience": "api://default" } """,
            """{"ver":1,"jti":"AT.1","iss":"https://o.okta.com/oauth2/default","aud":"api://default","cid":"web","uid":"00u1","scp":["openid","admin"],"auth_time":1700000000,"sub":"alice@example"}""",
            "lineage", "00u1", "web", true },
        { "Cognito", """ "Jwt": { "Authority": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_A", "Audience": "client-1" } """,
            """{"sub":"u1","cognito:groups":["admin"],"iss":"https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_A","client_id":"client-1","origin_jti":"o1","event_id":"e","token_use":"access","scope":"aws.cognito.signin.user.admin","auth_time":1700000000,"jti":"j1","username":"alice"}""",
            "o1", "u1", "client-1", true },
        { "Google", """ "Jwt": { "Audience": "c.apps.googleusercontent.com" } """,
            """{"iss":"accounts.google.com","azp":"c.apps.googleusercontent.com","aud":"c.apps.googleusercontent.com","sub":"110","email":"a@example.com","email_verified":true,"hd":"example.com"}""",
            null, "110", "c.apps.googleusercontent.com", false },
        { "Firebase", """ "Jwt": { "Authority": "https://securetoken.google.com/my-project" } """,
            """{"iss":"https://securetoken.google.com/my-project","aud":"my-project","auth_time":1700000000,"user_id":"u1","sub":"u1","email":"a@b","firebase":{"identities":{},"sign_in_provider":"password"},"roles":["admin"]}""",
            "lineage", "u1", null, true },
        { "Zitadel", """ "Jwt": { "Authority": "https://z.example", "Audience": "p1" } """,
            """{"iss":"https://z.example","sub":"1","aud":["p1","c1"],"client_id":"c1","jti":"V2_1-at_2","urn:zitadel:iam:org:project:roles":{"admin":{"1":"a.example"}}}""",
            "V2_1-at_2", "1", "c1", true },
        { "Hydra", """ "Jwt": { "Authority": "https://h.example", "Audience": "app" } """,
            """{"iss":"https://h.example","aud":["app"],"client_id":"web","ext":{"sid":"login-1"},"jti":"j1","scp":["openid","admin"],"sub":"u1"}""",
            "login-1", "u1", "web", true },
        { "Duende", """ "Jwt": { "Authority": "https://d.example", "Audience": "app" } """,
            """{"iss":"https://d.example","aud":"app","scope":["openid","admin"],"amr":["pwd"],"client_id":"web","sub":"1","auth_time":1700000000,"idp":"local","sid":"S1","jti":"J1"}""",
            "S1", "1", "web", true },
        { "OpenIddict", """ "Jwt": { "Authority": "https://op.example/", "Audience": "app" } """,
            """{"iss":"https://op.example/","aud":"app","scope":"openid","jti":"j1","sub":"u1","oi_prst":"web","oi_au_id":"au1","client_id":"web","oi_tkn_id":"t1","role":["admin"]}""",
            "au1", "u1", "web", true },
        { "Supabase", """ "Jwt": { "Issuer": "https://p.supabase.co/auth/v1" } """,
            """{"iss":"https://p.supabase.co/auth/v1","sub":"u1","aud":"authenticated","email":"a@b","phone":"","app_metadata":{"provider":"email","roles":["admin"]},"user_metadata":{},"role":"authenticated","aal":"aal1","amr":[{"method":"password","timestamp":1}],"session_id":"s1","is_anonymous":false}""",
            "s1", "u1", null, true },
        { "Clerk", """ "Jwt": { "Authority": "https://x.clerk.accounts.dev", "Audience": "https://app.example" } """,
            """{"azp":"https://app.example","fva":[0,-1],"iss":"https://x.clerk.accounts.dev","sid":"sess_1","sub":"user_1","v":2,"org_role":"admin"}""",
            "sess_1", "user_1", "https://app.example", true },
    };

    [Theory]
    [MemberData(nameof(Tokens))]
    public async Task A_token_of_that_shape_is_read(string preset, string realm, string claims, string? session, string? subject,
        string? client, bool admin)
    {
        SessionIdentity? identity = await ResolveAsync(Filled(preset, realm), claims);
        Assert.NotNull(identity);
        string? found = identity.SessionId == identity.Lineage && identity.Lineage is not null ? "lineage" : identity.SessionId;
        Assert.Equal((session, subject, client), (found, identity.Subject, identity.Client));
        Assert.Equal(admin, identity.Permissions.Contains("gateway.admin"));
    }

    [Theory]
    [InlineData("Keycloak", """ "Jwt": { "Authority": "https://kc.example/realms/main", "Audience": "app" } """,
        """{"iss":"https://kc.example/realms/main","aud":"app","sub":"f1","typ":"ID","sid":"s1"}""")]
    [InlineData("EntraId", """ "Jwt": { "Authority": "https://login.microsoftonline.com/7e9a1c52-3f60-4d8b-9c1e-2a5b7d904f11/v2.0", "Audience": "api" } """,
        """{"iss":"https://login.microsoftonline.com/00000000-0000-0000-0000-000000000000/v2.0","aud":"api","oid":"u","tid":"00000000-0000-0000-0000-000000000000"}""")]
    [InlineData("EntraIdMultiTenant", """ "Jwt": { "Audience": "api", "RequiredClaims": { "tid": "7e9a1c52-3f60-4d8b-9c1e-2a5b7d904f11" } } """,
        """{"iss":"https://login.microsoftonline.com/00000000-0000-0000-0000-000000000000/v2.0","aud":"api","oid":"u","tid":"00000000-0000-0000-0000-000000000000"}""")]
    [InlineData("Cognito", """ "Jwt": { "Authority": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_A", "Audience": "client-1" } """,
        """{"iss":"https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_A","sub":"u1","aud":"client-1","token_use":"id","origin_jti":"o1"}""")]
    [InlineData("Cognito", """ "Jwt": { "Authority": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_A", "Audience": "client-1" } """,
        """{"iss":"https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_A","sub":"u1","client_id":"other","token_use":"access","origin_jti":"o1"}""")]
    [InlineData("Clerk", """ "Jwt": { "Authority": "https://x.clerk.accounts.dev", "Audience": "https://app.example" } """,
        """{"azp":"https://evil.example","iss":"https://x.clerk.accounts.dev","sid":"sess_1","sub":"user_1"}""")]
    [InlineData("Firebase", """ "Jwt": { "Authority": "https://securetoken.google.com/my-project" } """,
        """{"iss":"https://securetoken.google.com/my-project","aud":"other-project","sub":"u1"}""")]
    public async Task One_that_was_made_for_something_else_is_refused(string preset, string realm, string claims)
        => Assert.Null(await ResolveAsync(Filled(preset, realm), claims));

    [Fact]
    public async Task What_the_file_says_holds()
    {
        SessionIdentity identity = (await ResolveAsync(Filled("Keycloak", """
            "Credentials": [ { "Header": "X-Token" } ],
            "Jwt": { "Authority": "https://kc.example/realms/main", "AnyAudience": true, "SessionIdClaims": [ "mine" ], "Subject": "email",
                     "Client": [ "app" ], "RequiredClaims": { "typ": "ID" } }
            """), """{"iss":"https://kc.example/realms/main","sub":"f1","typ":"ID","mine":"m1","email":"a@b","app":"web","sid":"s1"}"""))!;
        Assert.Equal(("m1", "a@b", "web"), (identity.SessionId, identity.Subject, identity.Client));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData(""", "FirstSeenIsSignIn": false""", false)]
    public void Rocket_Chats_first_sight_is_a_sign_in_unless_the_file_says_otherwise(string says, bool expected)
        => Assert.Equal(expected,
            Filled("RocketChat", $$""" "Lookup": { "Url": "http://127.0.0.1:9"{{says}} } """).Lookup!.FirstSeenIsSignIn);

    [Fact]
    public async Task Kratos_and_Rocket_Chat_are_asked_in_their_own_ways()
    {
        await using TestApplication kratos = await TestApplication.StartAsync(context => context.Response.WriteAsync(
            """{"id":"s1","active":true,"expires_at":"2099-01-01T00:00:00Z","authenticated_at":"2026-01-01T00:00:00Z","issued_at":"2026-01-01T00:00:00Z","identity":{"id":"u1","traits":{},"metadata_public":{"roles":["admin"]}}}"""));
        string asked = "";
        await using TestApplication chat = await TestApplication.StartAsync(context =>
        {
            asked = $"{context.Request.Headers["X-Auth-Token"]} {context.Request.Headers["X-User-Id"]}";
            return context.Response.WriteAsync("""{"_id":"u2","name":"Bob","roles":["user","admin"],"success":true}""");
        });
        using RealmsUnderTest room = new(new()
        {
            ["kratos"] = Filled("Kratos", $$""" "Lookup": { "Url": "{{kratos.Url}}" } """),
            ["chat"] = Filled("RocketChat", $$""" "Lookup": { "Url": "{{chat.Url}}" } """),
        });
        SessionIdentity of = (await room.ResolveAsync("t1", "kratos")).Identity!;
        Assert.Equal(("s1", "u1", true), (of.SessionId, of.Subject, of.Permissions.Contains("gateway.admin")));
        Realm realm = room.Realms.Find("chat")!;
        HeaderDictionary cookies = new() { ["Cookie"] = "rc_uid=u2; rc_token=t2" };
        of = (await room.Tokens.ResolveAsync(realm, realm.Locations[1], "t2", cookies, default)).Identity!;
        Assert.Equal("t2 u2", asked);
        Assert.Equal((Fingerprint.Of("t2"), "u2", true), (of.SessionId, of.Subject, of.Permissions.Contains("gateway.admin")));
    }

    [Fact]
    public async Task A_load_balancers_padded_tokens_are_read_by_the_key_that_they_name()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        List<string> asked = [];
        await using TestApplication keys = await TestApplication.StartAsync(context =>
        {
            string name = context.Request.Path.Value!.Split('/')[^1];
            lock (asked) asked.Add(name);
            if (name == "kid-1") return context.Response.WriteAsync(key.ExportSubjectPublicKeyInfoPem());
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        });
        await using TestBackend backend = await TestBackend.StartAsync();
        JsonObject settings = GatewaySettings.For(backend).Route(("Session", "Required"));
        settings.Set("Gateway:Realms", new JsonObject
        {
            ["alb"] = new JsonObject
            {
                ["Preset"] = "AwsAlb",
                ["Jwt"] = new JsonObject
                {
                    ["Issuer"] = "https://idp", ["JwksUri"] = keys.Url.TrimEnd('/') + "/{kid}", ["Audience"] = "arn:1",
                },
            },
        });
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(settings);

        string Token(string kid = "kid-1", string signer = "arn:1", string subject = "u1", ECDsa? by = null)
        {
            string Part(string json) => Convert.ToBase64String(Encoding.UTF8.GetBytes(json)).Replace('+', '-').Replace('/', '_');
            long exp = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 60;
            string signed = Part($$"""{"typ":"JWT","kid":"{{kid}}","alg":"ES256","iss":"https://idp","client":"c","signer":"{{signer}}","exp":{{exp}}}""")
                + "." + Part($$"""{"sub":"{{subject}}","email":"a@b.example","exp":{{exp}},"iss":"https://idp"}""");
            byte[] signature = (by ?? key).SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256);
            return signed + "." + Convert.ToBase64String(signature).Replace('+', '-').Replace('/', '_');
        }

        async Task<int> StatusAsync(string token)
        {
            using HttpClient client = new() { BaseAddress = new Uri(gateway.Url) };
            using HttpRequestMessage request = new(HttpMethod.Get, "/a");
            request.Headers.TryAddWithoutValidation("x-amzn-oidc-data", token);
            return (int)(await client.SendAsync(request)).StatusCode;
        }

        using ECDsa thief = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string good = Token();
        Assert.EndsWith("==", good);
        int status = await StatusAsync(good);
        Assert.True(status == 200, $"{status}\n{gateway.Log.Text}");
        foreach (string bad in (string[])[Token(kid: "kid-2"), Token(signer: "arn:2"), Token(by: thief), good.TrimEnd('='), good + "=",
            Token(kid: "../kid-1"), Token(kid: "a/b")])
            Assert.True(await StatusAsync(bad) == 401, $"{bad}\n{gateway.Log.Text}");
        Assert.Equal(["kid-1", "kid-2"], asked);
        await gateway.RevokeAsync(new() { ["realm"] = "alb", ["subject"] = "u1" });
        Assert.Equal(401, await StatusAsync(good));
        Assert.Equal(200, await StatusAsync(Token(subject: "u2")));
    }

    [Fact]
    public void Every_preset_has_a_recipe_and_fills_something()
    {
        string manual = File.ReadAllText(Path.Combine(Repository.Root, "src", "docs", "presets.md"));
        foreach (RealmPreset preset in Enum.GetValues<RealmPreset>())
        {
            Assert.Contains($"\"Preset\": \"{preset}\"", manual);
            Assert.NotEmpty(RealmPresets.Fill(new() { Preset = preset }).Credentials);
        }
        Assert.All(Snippet.In("src/docs/presets.md", manual), recipe => Assert.InRange(recipe.Text.Split('\n').Length, 1, 15));
    }

    private static RealmOptions Filled(string preset, string realm)
    {
        using TempFolder folder = new();
        JsonObject settings = GatewaySettings.For();
        settings.Set("Gateway:Realms", new JsonObject { ["main"] = JsonNode.Parse($$"""
            { "Preset": "{{preset}}", {{realm}}, "Permissions": { "Grants": { "admin": [ "gateway.admin" ] } } }
            """) });
        GatewayOptions options = GatewayOptions.AddTo(
            ConfigurationSources.CreateBuilder([], folder.Write("gateway.json", settings.ToJsonString())));
        return options.Realms["main"];
    }

    // With keys of a file in place of the provider's.
    private static async Task<SessionIdentity?> ResolveAsync(RealmOptions realm, string claims)
    {
        JwtOptions jwt = realm.Jwt!;
        realm = realm with
        {
            Jwt = jwt with { Issuer = jwt.Issuer ?? jwt.Authority, Authority = null, JwksUri = null,
                JwksFile = RealmsUnderTest.KeyFile(Issuer) },
        };
        JsonObject all = JsonNode.Parse(claims)!.AsObject();
        long now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        all["iat"] = now;
        all["exp"] = now + 3600;
        using RealmsUnderTest room = new(new() { ["main"] = realm });
        return (await room.ResolveAsync(Issuer.Mint(all))).Identity;
    }
}
