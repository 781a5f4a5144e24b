using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Gateway.EndToEnd.Management;

/// <summary>A gateway with an application, and an operator's browser at its page.</summary>
internal sealed class OperatorPage : IAsyncDisposable
{
    private readonly TestBackend _backend;
    private readonly Chromium _chromium;
    private readonly List<string> _complaints = [];

    private OperatorPage(TestBackend backend, GatewayProcess gateway, Chromium chromium, TestIssuer issuer)
        => (_backend, Gateway, _chromium, Issuer) = (backend, gateway, chromium, issuer);

    public GatewayProcess Gateway { get; }
    public TestIssuer Issuer { get; }
    public IPage Page { get; private set; } = null!;

    /// <summary>What the browser complained of: errors of scripts, and what the page's policy forbids.</summary>
    public IReadOnlyList<string> Complaints { get { lock (_complaints) return [.. _complaints]; } }

    public static async Task<OperatorPage> OpenAsync(BrowserNewContextOptions? options = null, Action<JsonObject>? change = null,
        bool ready = true)
    {
        TestBackend backend = await TestBackend.StartAsync();
        TestIssuer issuer = new();
        JsonObject settings = GatewaySettings.For(backend, issuer).Route(("Session", "Required"));
        change?.Invoke(settings);
        GatewayProcess gateway = await GatewayProcess.StartAsync(settings, ready: ready);
        OperatorPage opened = new(backend, gateway, await Chromium.StartAsync(), issuer);
        IBrowserContext context = await opened._chromium.Browser.NewContextAsync(options);
        opened.Page = await context.NewPageAsync();
        opened.Page.Console += (_, message) =>
        {
            if (message.Type == "error" && !message.Text.Contains("401", StringComparison.Ordinal)) opened.Complain(message.Text);
        };
        opened.Page.PageError += (_, error) => opened.Complain(error);
        if (ready) await opened.Page.GotoAsync(gateway.ManagementUrl + "/");
        return opened;
    }

    /// <summary>Opens it and signs in with the management key.</summary>
    public static async Task<OperatorPage> SignInAsync(BrowserNewContextOptions? options = null, Action<JsonObject>? change = null)
    {
        OperatorPage opened = await OpenAsync(options, change);
        await opened.Page.FillAsync("input[type=password]", GatewaySettings.ManagementKey);
        await opened.Page.Keyboard.PressAsync("Enter");
        await opened.ShowsAsync("h1", "Sessions");
        return opened;
    }

    /// <summary>A user comes through the gateway once.</summary>
    public async Task<string> SeenAsync(string user, string session, string? agent = null)
    {
        string token = Issuer.Token(user, session);
        HttpRequestMessage request = new(HttpMethod.Get, "/a");
        request.Headers.Authorization = new("Bearer", token);
        if (agent is not null) request.Headers.UserAgent.ParseAdd(agent);
        using HttpResponseMessage answer = await Gateway.Client.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}");
        return token;
    }

    public async Task<int> StatusAsync(string token)
    {
        using HttpResponseMessage answer = await Gateway.GetAsync("/a", token);
        return (int)answer.StatusCode;
    }

    public Task GoAsync(string part) => Page.ClickAsync($"nav a:has-text('{part}')");

    public Task ShowsAsync(string element, string text) => Page.WaitForSelectorAsync($"{element}:has-text('{text}')");

    public ILocator Row(string text) => Page.Locator($"tbody tr:has-text('{text}')");

    public async ValueTask DisposeAsync()
    {
        await _chromium.DisposeAsync();
        await Gateway.DisposeAsync();
        await _backend.DisposeAsync();
        await Issuer.DisposeAsync();
    }

    private void Complain(string text)
    {
        lock (_complaints) _complaints.Add(text);
    }
}
