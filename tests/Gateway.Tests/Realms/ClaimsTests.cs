using System.Text.Json.Nodes;
using Gateway.Realms;
using Gateway.Revocation;

namespace Gateway.Tests.Realms;

/// <summary>Where a realm's identity, issuers, conditions and permissions come from, as its keys say.</summary>
public sealed class ClaimsTests
{
    private static readonly TestIssuer Issuer = new("https://idp.example");

    private static async Task<TokenResult> ResolveAsync(Action<JsonObject> claims, Func<JwtOptions, JwtOptions> change,
        PermissionsOptions? permissions = null)
    {
        RealmOptions realm = RealmsUnderTest.Jwt(Issuer, change) with { Permissions = permissions ?? new() };
        using RealmsUnderTest room = new(new() { ["main"] = realm });
        return await room.ResolveAsync(Issuer.Token(subject: "s", session: "sid-1", change: claims));
    }

    [Fact]
    public async Task Session_subject_and_client_are_names_or_pointers()
    {
        SessionIdentity identity = (await ResolveAsync(claims =>
        {
            claims["ext"] = new JsonObject { ["session/id"] = "nested", ["user"] = "u-9" };
            claims["appid"] = "app-1";
            claims["azp"] = "app-2";
            claims["client_id"] = "app-3";
        }, jwt => jwt with { SessionIdClaims = ["/ext/none", "/ext/session~1id", "sid"], Subject = "/ext/user",
            Client = ["appid", "nothing", "azp", "client_id"] })).Identity!;
        Assert.Equal(("nested", "u-9", "app-1", "app-2"),
            (identity.SessionId, identity.Subject, identity.Client, identity.SecondClient));
    }

    [Theory]
    [InlineData("/ext/sid", """{"ext":{"sid":""}}"""), InlineData("/ext/sid", """{"ext":{"sid":5}}"""),
        InlineData("/ext/sid", """{"Ext":{"sid":"a"}}""")]
    public async Task A_nested_session_id_is_read_as_strictly(string pointer, string more)
        => Assert.Equal(TokenFailure.Invalid, (await ResolveAsync(claims =>
        {
            foreach ((string name, JsonNode? value) in JsonNode.Parse(more)!.AsObject()) claims[name] = value!.DeepClone();
        }, jwt => jwt with { SessionIdClaims = [pointer, "sid"] })).Failure);

    [Theory]
    [InlineData("https://idp.example", null, true)]
    [InlineData("https://other.example", null, true)]
    [InlineData("https://third.example", null, false)]
    [InlineData("https://login.example/7e9a-01/v2.0", "7e9a-01", true)]
    [InlineData("https://login.example/7e9a-01/v2.0", "other", false)]
    [InlineData("https://login.example/7e9a-01/v2.0", null, false)]
    [InlineData("https://login.example/a/b/v2.0", "a/b", false)]
    [InlineData("https://login.example//v2.0", "", false)]
    public async Task Several_issuers_are_taken_and_a_tenant_must_be_the_tokens_own(string issuer, string? tenant, bool good)
        => Assert.Equal(good, (await ResolveAsync(claims =>
        {
            claims["iss"] = issuer;
            if (tenant is not null) claims["tid"] = tenant;
        }, jwt => jwt with { Issuer = null, Issuers = ["https://idp.example", "https://other.example",
            "https://login.example/{tenantid}/v2.0"] })).Identity is not null);

    [Theory]
    [InlineData("""{"token_use":"access"}""", true)]
    [InlineData("""{"token_use":"id"}""", true)]
    [InlineData("""{"token_use":"refresh"}""", false)]
    [InlineData("""{"token_use":["x","id"]}""", true)]
    [InlineData("""{"token_use":null}""", false)]
    [InlineData("""{}""", false)]
    [InlineData("""{"token_use":{"id":1}}""", false)]
    [InlineData("""{"Token_use":"id"}""", false)]
    public async Task Required_claims_hold_one_of_their_values(string more, bool good)
        => Assert.Equal(good, (await ResolveAsync(claims =>
        {
            foreach ((string name, JsonNode? value) in JsonNode.Parse(more)!.AsObject()) claims[name] = value?.DeepClone();
            claims["email_verified"] = true;
        }, jwt => jwt with { RequiredClaims = new() { ["token_use"] = ["access", "id"], ["email_verified"] = ["true"] } }))
            .Identity is not null);

    [Theory]
    [InlineData("""{"role":"Tenant admin"}""", "role", false)]
    [InlineData("""{"role":"admin"}""", "role", true)]
    [InlineData("""{"scope":"read admin"}""", "scope", true)]
    [InlineData("""{"scp":"read admin"}""", "scp", true)]
    [InlineData("""{"ext":{"scope":"read admin"}}""", "/ext/scope", true)]
    [InlineData("""{"scp":["read","admin"]}""", "scp", true)]
    [InlineData("""{"scp":["read admin"]}""", "scp", false)]
    [InlineData("""{"urn:zitadel:iam:org:project:roles":{"admin":{"1":"a.example"}}}""", "urn:zitadel:iam:org:project:roles", true)]
    [InlineData("""{"roles":{"admin":false}}""", "roles", false)]
    [InlineData("""{"realm_access":{"roles":["admin"]}}""", "/realm_access/roles", true)]
    [InlineData("""{"scope":"admin"}""", "roles", false)]
    [InlineData("""{"role":["x",{"admin":1}]}""", "role", false)]
    public async Task Only_what_is_named_grants_and_only_scopes_are_divided(string more, string claim, bool granted)
        => Assert.Equal(granted, (await ResolveAsync(claims =>
        {
            foreach ((string name, JsonNode? value) in JsonNode.Parse(more)!.AsObject()) claims[name] = value!.DeepClone();
        }, jwt => jwt, new() { Claims = [claim], Grants = new() { ["admin"] = ["gateway.admin"] } }))
            .Identity!.Permissions.Contains("gateway.admin"));

    [Fact]
    public async Task A_boolean_grants_by_its_value()
        => Assert.Equal(["session.delete"], (await ResolveAsync(claims => claims["is_admin"] = true, jwt => jwt,
            new() { Claims = ["is_admin"], Grants = new() { ["true"] = ["session.delete"] } })).Identity!.Permissions);
}
