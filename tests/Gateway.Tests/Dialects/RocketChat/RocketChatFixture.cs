using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.TwoFactor;

namespace Gateway.Tests.Dialects.RocketChat;

/// <summary>A gateway that speaks Rocket.Chat for a JWT realm, and an administrator, carol, with sessions of alice's to end.</summary>
internal sealed class RocketChatFixture : IAsyncDisposable
{
    public const string UserAgent =
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.6367.91 Safari/537.36";
    private readonly TestIssuer _issuer = new();
    private readonly TestBackend _backend;

    private RocketChatFixture(TestBackend backend) => _backend = backend;

    public InProcessGateway Gateway { get; private set; } = null!;
    public TestMailServer Mail { get; } = new();
    public TestBackend Backend => _backend;
    public string Admin { get; private set; } = "";

    public static async Task<RocketChatFixture> StartAsync(Action<JsonObject>? change = null, TimeProvider? time = null)
    {
        RocketChatFixture fixture = new(await TestBackend.StartAsync());
        if (time is not null) fixture._issuer.Time = time;
        JsonObject settings = GatewaySettings.For(fixture._backend, fixture._issuer);
        settings.Set("Gateway:Dialects:RocketChat:Realm", "main");
        settings.Set("Gateway:Dialects:RocketChat:RateLimit:Calls", 100_000);
        settings.Set("Gateway:TwoFactor:Smtp:Host", "127.0.0.1");
        settings.Set("Gateway:TwoFactor:Smtp:Port", fixture.Mail.Port);
        settings.Set("Gateway:TwoFactor:Smtp:From", "gateway@example.org");
        change?.Invoke(settings);
        fixture.Gateway = await InProcessGateway.StartAsync(settings, time);
        await Eventually.TrueAsync(() => fixture.Gateway.Get<Gateway.Cluster.Lease>().IsUsable);
        fixture.Admin = fixture.Token("carol", "carols-session", admin: true);
        return fixture;
    }

    public string Token(string user, string session, bool admin = false)
        => admin ? TokenWith(user, session, "admin") : _issuer.Token(user, session);

    public string TokenWith(string user, string session, string role)
        => _issuer.Token(user, session, claims => claims["roles"] = new JsonArray(role));

    /// <summary>Makes a session known, as any request of it does.</summary>
    public async Task<string> SeeAsync(string user, string session)
    {
        string token = Token(user, session);
        Answer answer = await SendAsync(HttpMethod.Get, "list", token, user);
        Assert.Equal(200, answer.Status);
        return token;
    }

    public Task<Answer> LogoutAsync(string session, string? code = null, string? method = null)
        => SendAsync(HttpMethod.Post, "logout", Admin, "carol", $$"""{"sessionId":"{{session}}"}""", code, method);

    public async Task<Answer> SendAsync(HttpMethod verb, string call, string? token, string? user, string? body = null, string? code = null,
        string? method = null,
        string? contentType = "application/json", string userAgent = UserAgent)
    {
        HttpRequestMessage request = new(verb, "/api/v1/sessions/" + call);
        if (token is not null) request.Headers.TryAddWithoutValidation("X-Auth-Token", token);
        if (user is not null) request.Headers.TryAddWithoutValidation("X-User-Id", user);
        if (code is not null) request.Headers.TryAddWithoutValidation("x-2fa-code", code);
        if (method is not null) request.Headers.TryAddWithoutValidation("x-2fa-method", method);
        request.Headers.TryAddWithoutValidation("User-Agent", userAgent);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            if (contentType is not null) request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        }
        using HttpResponseMessage response = await Gateway.Client.SendAsync(request);
        return await Answer.OfAsync(response);
    }

    public async Task EnrolPasswordAsync(string user, string password)
        => await Gateway.Get<Enrolment>().SetPasswordAsync(new("main", user), password, default);

    public async Task EnrolEmailAsync(string user)
        => await Gateway.Get<Enrolment>().SetEmailAsync(new("main", user), user + "@example.org", default);

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await _backend.DisposeAsync();
        await _issuer.DisposeAsync();
        await Mail.DisposeAsync();
    }
}
