using System.Globalization;
using System.Text.Json.Nodes;

namespace Gateway.Commands.Demo;

/// <summary>The main job, step by step, with real HTTP from outside the gateway.</summary>
internal sealed class DemoWalk(DemoGateway gateway, DemoProvider provider, DemoPorts ports, DemoScreen screen, TimeProvider time)
    : IDisposable
{
    private static readonly TimeSpan StepLimit = TimeSpan.FromSeconds(15);

    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });
    private bool _good = true;

    /// <returns>Whether every step came out as it should.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellation)
    {
        string laptop = provider.Token("alice", "alice-laptop"), phone = provider.Token("alice", "alice-phone");
        using DemoSocket laptopSocket = new(), phoneSocket = new();
        DemoEvents? events = null;

        await StepAsync("the gateway is ready", "ready", WaitUntilReadyAsync, cancellation);
        await StatusAsync("alice's laptop asks for /api/hello", 200, stop => GetAsync(laptop, stop), cancellation);
        await StatusAsync("alice's phone, another session, asks too", 200, stop => GetAsync(phone, stop), cancellation);
        await StatusAsync("nobody asks without a token", 401, stop => GetAsync(null, stop), cancellation);
        await StepAsync("the laptop opens a WebSocket", "101", async stop =>
        {
            await laptopSocket.OpenAsync(ports.GatewayUrl, laptop, stop);
            return await EchoAsync(laptopSocket, stop);
        }, cancellation);
        await StepAsync("the phone opens a WebSocket", "101", async stop =>
        {
            await phoneSocket.OpenAsync(ports.GatewayUrl, phone, stop);
            return await EchoAsync(phoneSocket, stop);
        }, cancellation);
        await StatusAsync("the laptop opens an event stream", 200,
            async stop => (events = await DemoEvents.OpenAsync(_client, ports.GatewayUrl, laptop, stop)).Status, cancellation);
        await StatusAsync("the laptop's session is logged out", 201, stop => RevokeAsync("alice-laptop", stop), cancellation);
        await StatusAsync("the same token is refused", 401, stop => GetAsync(laptop, stop), cancellation);
        await StepAsync("the laptop's WebSocket is closed", "4401", laptopSocket.EndAsync, cancellation);
        await StepAsync("the laptop's event stream ends", "session-ended", stop => events?.EndAsync(stop) ?? Task.FromResult("none"),
            cancellation, "ended");
        await StatusAsync("the phone's session is untouched", 200, stop => GetAsync(phone, stop), cancellation);
        await StepAsync("the phone's WebSocket still echoes", "echo",
            async stop => await phoneSocket.EchoesAsync("still here", stop) ? "echo" : "silent", cancellation);
        events?.Dispose();
        phoneSocket.Dispose();
        await StepAsync("the gateway is stopped and started again", "ready", RestartAsync, cancellation);
        await StatusAsync("the same token is still refused", 401, stop => GetAsync(laptop, stop), cancellation);
        await StatusAsync("the phone's token still passes", 200, stop => GetAsync(phone, stop), cancellation);
        return _good;
    }

    /// <summary>Gives the user <c>admin</c> the password that the Rocket.Chat call uses as its second factor.</summary>
    public Task EnrollAdminAsync(string password, CancellationToken cancellation)
        => StatusAsync("admin gets a second factor", 204, async stop =>
        {
            using HttpRequestMessage request = Managed(HttpMethod.Put, $"/v1/two-factor/{DemoGateway.Realm}/admin/password");
            request.Content = JsonContent.Create(new JsonObject { ["password"] = password });
            return await SendAsync(request, stop);
        }, cancellation);

    public void Dispose() => _client.Dispose();

    private static async Task<string> EchoAsync(DemoSocket socket, CancellationToken cancellation)
        => await socket.EchoesAsync("hello", cancellation) ? "101" : "silent";

    private async Task<string> RestartAsync(CancellationToken cancellation)
    {
        await gateway.StopAsync();
        await gateway.StartAsync(cancellation);
        return await WaitUntilReadyAsync(cancellation);
    }

    private async Task<string> WaitUntilReadyAsync(CancellationToken cancellation)
    {
        while (true)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, ports.ManagementUrl + "/readyz");
            if (await SendAsync(request, cancellation) == 200) return "ready";
            await Task.Delay(TimeSpan.FromMilliseconds(10), time, cancellation);
        }
    }

    private Task<int> GetAsync(string? token, CancellationToken cancellation)
    {
        HttpRequestMessage request = new(HttpMethod.Get, ports.GatewayUrl + "/api/hello");
        if (token is not null) request.Headers.Authorization = new("Bearer", token);
        return SendAsync(request, cancellation);
    }

    private Task<int> RevokeAsync(string session, CancellationToken cancellation)
    {
        HttpRequestMessage request = Managed(HttpMethod.Post, "/v1/revocations");
        request.Content = JsonContent.Create(new JsonObject { ["session"] = session, ["reason"] = "demo" });
        return SendAsync(request, cancellation);
    }

    private HttpRequestMessage Managed(HttpMethod method, string path)
    {
        HttpRequestMessage request = new(method, ports.ManagementUrl + path);
        request.Headers.Authorization = new("Bearer", DemoGateway.ManagementKey);
        return request;
    }

    private async Task<int> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using HttpResponseMessage answer = await _client.SendAsync(request, cancellation);
        await answer.Content.LoadIntoBufferAsync(cancellation);
        return (int)answer.StatusCode;
    }

    private Task StatusAsync(string text, int expected, Func<CancellationToken, Task<int>> act, CancellationToken cancellation)
        => StepAsync(text, expected.ToString(CultureInfo.InvariantCulture),
            async stop => (await act(stop)).ToString(CultureInfo.InvariantCulture), cancellation);

    private async Task StepAsync(string text, string expected, Func<CancellationToken, Task<string>> act, CancellationToken cancellation,
        string? show = null)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(StepLimit);
        long started = time.GetTimestamp();
        string came, why = "";
        try
        {
            came = await act(limit.Token);
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            (came, why) = ("error", error is OperationCanceledException
                ? $"nothing came within {StepLimit.TotalSeconds} s"
                : error.Message);
        }
        bool good = came == expected;
        screen.Step(text, good && show is not null ? show : came, time.GetElapsedTime(started), good);
        if (!good) screen.Problem(why.Length > 0 ? why : $"expected {expected}");
        _good &= good;
    }
}
