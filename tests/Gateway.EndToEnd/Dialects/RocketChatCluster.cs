using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Gateway.EndToEnd.Dialects;

/// <summary>Two gateways on a real Redis that speak Rocket.Chat, a real mail server, and a backend behind them.</summary>
public sealed class RocketChatCluster : IAsyncLifetime
{
    internal TestIssuer Issuer { get; } = new();
    internal RedisProcess Redis { get; private set; } = null!;
    internal MailServerProcess Mail { get; private set; } = null!;
    internal TestBackend Backend { get; private set; } = null!;
    internal TestBackend MailProvider { get; private set; } = null!;
    internal GatewayProcess One { get; private set; } = null!;
    internal GatewayProcess Two { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Redis = await RedisProcess.StartAsync();
        Mail = await MailServerProcess.StartAsync(tls: true, user: "chat@example.org", token: "mail-token", rude: true);
        MailProvider = await TestBackend.StartAsync();
        MailProvider.Answer = async context =>
        {
            await context.Response.WriteAsJsonAsync(new { access_token = "mail-token", expires_in = 3600 });
            return true;
        };
        Backend = await TestBackend.StartAsync();
        JsonObject settings = GatewaySettings.For(Backend, Issuer).Route(("Session", "Required"));
        settings.Set("Gateway:Store", new JsonObject { ["Kind"] = "Redis", ["Connection"] = Redis.Connection });
        settings.Set("Gateway:Dialects:RocketChat:Realm", "main");
        settings.Set("Gateway:Dialects:RocketChat:RateLimit:Calls", 1000);
        settings.Set("Gateway:TwoFactor:Smtp", new JsonObject
        {
            ["Host"] = "127.0.0.1", ["Port"] = Mail.Port, ["From"] = "Example Chat <chat@example.org>",
            ["LocalDomain"] = "gateway.example.org",
            ["RequireTls"] = true, ["CaFile"] = Mail.CertificateFile, ["User"] = "chat@example.org",
            ["OAuth2"] = new JsonObject { ["TokenUrl"] = MailProvider.Url + "token", ["ClientId"] = "gateway",
                ["ClientSecret"] = "mail-secret" },
        });
        settings["Gateway"]!["Realms"]!["main"]!["Credentials"]!.AsArray().Add(new JsonObject { ["Header"] = "X-Auth-Token" });
        GatewayProcess[] nodes = await Task.WhenAll(GatewayProcess.StartAsync(settings), GatewayProcess.StartAsync(settings));
        (One, Two) = (nodes[0], nodes[1]);
    }

    public async Task DisposeAsync()
    {
        await One.DisposeAsync();
        await Two.DisposeAsync();
        await Backend.DisposeAsync();
        await Mail.DisposeAsync();
        await MailProvider.DisposeAsync();
        await Redis.DisposeAsync();
        await Issuer.DisposeAsync();
    }
}
