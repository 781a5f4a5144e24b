using System.Net.Http.Json;
using System.Security.Claims;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Gateway.EndToEnd.Realms;

/// <summary>OpenIddict's own server, with the preset of its name: tokens that it makes, refreshed ones too.</summary>
public sealed class OpenIddictTests : IAsyncLifetime
{
    private readonly string _url = $"http://127.0.0.1:{FreePort.Take()}";
    private WebApplication _provider = null!;
    private TestBackend _backend = null!;
    private InProcessGateway _gateway = null!;

    public async Task InitializeAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddOpenIddict().AddServer(options =>
        {
            options.EnableDegradedMode().SetIssuer(new Uri(_url)).SetTokenEndpointUris("/connect/token");
            options.AllowPasswordFlow().AllowRefreshTokenFlow().AcceptAnonymousClients();
            options.AddEphemeralEncryptionKey().AddEphemeralSigningKey().DisableAccessTokenEncryption();
            options.UseAspNetCore().DisableTransportSecurityRequirement();
            options.AddEventHandler<ValidateTokenRequestContext>(handler => handler.UseInlineHandler(_ => default));
            options.AddEventHandler<HandleTokenRequestContext>(handler => handler.UseInlineHandler(context =>
            {
                context.SignIn(context.Request.IsRefreshTokenGrantType() ? context.Principal! : PrincipalOf(context.Request));
                return default;
            }));
        });
        _provider = builder.Build();
        _provider.Urls.Add(_url);
        _provider.UseAuthentication();
        await _provider.StartAsync();

        _backend = await TestBackend.StartAsync();
        JsonObject settings = GatewaySettings.For(_backend).Route(("Session", "Required"));
        settings.Set("Gateway:Realms", new JsonObject
        {
            ["main"] = new JsonObject
            {
                ["Preset"] = "OpenIddict", ["Jwt"] = new JsonObject { ["Authority"] = _url + "/", ["Audience"] = "app" },
            },
        });
        _gateway = await InProcessGateway.StartAsync(settings);
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _backend.DisposeAsync();
        await _provider.StopAsync();
        await _provider.DisposeAsync();
    }

    [Fact]
    public async Task A_session_ends_with_what_is_refreshed_and_another_goes_on()
    {
        JsonNode first = await TokensAsync(("grant_type", "password"), ("username", "alice"), ("password", "sid-1")),
            other = await TokensAsync(("grant_type", "password"), ("username", "alice"), ("password", "sid-2"));
        Assert.Equal((200, 200), (await StatusAsync(first), await StatusAsync(other)));
        await _gateway.RevokeSessionAsync("sid-1");
        JsonNode refreshed = await TokensAsync(("grant_type", "refresh_token"), ("refresh_token", (string)first["refresh_token"]!));
        Assert.Equal((401, 401, 200), (await StatusAsync(first), await StatusAsync(refreshed), await StatusAsync(other)));
    }

    // The password names the session.
    private static ClaimsPrincipal PrincipalOf(OpenIddictRequest request)
    {
        ClaimsIdentity identity = new("test", OpenIddictConstants.Claims.Name, OpenIddictConstants.Claims.Role);
        identity.SetClaim(OpenIddictConstants.Claims.Subject, request.Username).SetClaim("sid", request.Password)
            .SetDestinations(_ => [OpenIddictConstants.Destinations.AccessToken]);
        ClaimsPrincipal principal = new(identity);
        principal.SetScopes("offline_access").SetResources("app");
        return principal;
    }

    private async Task<JsonNode> TokensAsync(params (string Name, string Value)[] form)
    {
        using HttpClient client = new();
        using HttpResponseMessage answer = await client.PostAsync(_url + "/connect/token",
            new FormUrlEncodedContent(form.Select(pair => KeyValuePair.Create(pair.Name, pair.Value))));
        JsonNode tokens = (await answer.Content.ReadFromJsonAsync<JsonNode>())!;
        Assert.True(answer.IsSuccessStatusCode, tokens.ToJsonString());
        return tokens;
    }

    private async Task<int> StatusAsync(JsonNode tokens)
        => (int)(await _gateway.GetAsync("/a", (string)tokens["access_token"]!)).StatusCode;
}
