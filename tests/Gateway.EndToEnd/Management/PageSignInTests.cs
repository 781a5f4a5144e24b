using System.Text.Json.Nodes;

namespace Gateway.EndToEnd.Management;

/// <summary>Signing in to the page at a real OpenID Connect provider.</summary>
public sealed class PageSignInTests
{
    [Fact]
    public async Task An_administrator_signs_in_at_the_provider_and_the_page_ends_with_that_session()
    {
        int port = FreePort.Take();
        JsonObject realm = new()
        {
            ["Credentials"] = new JsonArray(new JsonObject { ["Header"] = "Authorization", ["Scheme"] = "Bearer" }),
            ["Jwt"] = new JsonObject { ["Authority"] = $"http://127.0.0.1:{port}", ["Audience"] = "app" },
            ["Permissions"] = new JsonObject
            {
                ["Claims"] = new JsonArray("permissions"), ["Grants"] = new JsonObject { ["admin"] = new JsonArray("gateway.admin") },
            },
        };
        await using OperatorPage at = await OperatorPage.OpenAsync(change: settings =>
        {
            settings.Set("Gateway:Realms", new JsonObject { ["main"] = realm });
            settings.Set("Gateway:Management:SignIn", new JsonArray(new JsonObject
            {
                ["Realm"] = "main", ["ClientId"] = "page", ["Scope"] = "openid api", ["Resource"] = "urn:app",
            }));
        }, ready: false);
        await using ChildProcess provider = NodeScript.Start("oidc-provider.mjs", $"{port}", "sid", at.Gateway.ManagementUrl + "/");
        await provider.WaitForOutputAsync("ready");
        await at.Gateway.ReadyAsync();
        await at.Page.GotoAsync(at.Gateway.ManagementUrl + "/");

        await at.Page.ClickAsync("text=Sign in with main");
        await at.ShowsAsync("h1", "Sessions");
        Assert.Equal("/", new Uri(at.Page.Url).PathAndQuery);   // no code stays in the address
        await at.GoAsync("Realms and routes");
        await at.ShowsAsync("section", "What a logout ends");

        await at.Gateway.RevokeAsync(new() { ["subject"] = "alice" });
        await at.ShowsAsync("[role=status]", "Your session has ended");
        Assert.Empty(at.Complaints);
    }
}
