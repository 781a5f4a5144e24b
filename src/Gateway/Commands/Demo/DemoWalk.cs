using System.Globalization;
using System.Text.Json.Nodes;

namespace Gateway.Commands.Demo;

/// <summary>The main job, step by step, with real HTTP from outside the gateway.</summary>
internal sealed class DemoWalk(DemoGateway gateway, DemoProvider provider, DemoPorts ports, DemoScreen screen, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan StepLimit = TimeSpan.FromSeconds(15);

    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });
    private bool _good = true;

    /// <returns>Whether every step came out as it should.</returns>
    public async Task<bool> Run(CancellationToken cancellation)
    {
        string laptop = provider.Token("alice", "alice-laptop"), phone = provider.Token("alice", "alice-phone");
        using DemoSocket laptopSocket = new(), phoneSocket = new();
        DemoEvents? events = null;

        await Step("the gateway is ready", "ready", WaitUntilReady, cancellation);
        await Status("alice's laptop asks for /api/hello", 200, stop => Get(laptop, stop), cancellation);
        await Status("alice's phone, another session, asks too", 200, stop => Get(phone, stop), cancellation);
        await Status("nobody asks without a token", 401, stop => Get(null, stop), cancellation);
        await Step("the laptop opens a WebSocket", "101", async stop => { await laptopSocket.Open(ports.GatewayUrl, laptop, stop); return await Echo(laptopSocket, stop); }, cancellation);
        await Step("the phone opens a WebSocket", "101", async stop => { await phoneSocket.Open(ports.GatewayUrl, phone, stop); return await Echo(phoneSocket, stop); }, cancellation);
        await Status("the laptop opens an event stream", 200, async stop => (events = await DemoEvents.Open(_client, ports.GatewayUrl, laptop, stop)).Status, cancellation);
        await Status("the laptop's session is logged out", 201, stop => Revoke("alice-laptop", stop), cancellation);
        await Status("the same token is refused", 401, stop => Get(laptop, stop), cancellation);
        await Step("the laptop's WebSocket is closed", "4401", laptopSocket.End, cancellation);
        await Step("the laptop's event stream ends", "session-ended", stop => events?.End(stop) ?? Task.FromResult("none"), cancellation, "ended");
        await Status("the phone's session is untouched", 200, stop => Get(phone, stop), cancellation);
        await Step("the phone's WebSocket still echoes", "echo", async stop => await phoneSocket.Echoes("still here", stop) ? "echo" : "silent", cancellation);
        events?.Dispose();
        phoneSocket.Dispose();
        await Step("the gateway is stopped and started again", "ready", Restart, cancellation);
        await Status("the same token is still refused", 401, stop => Get(laptop, stop), cancellation);
        await Status("the phone's token still passes", 200, stop => Get(phone, stop), cancellation);
        return _good;
    }

    /// <summary>Gives the user <c>admin</c> the password that the Rocket.Chat call uses as its second factor.</summary>
    public Task EnrollAdmin(string password, CancellationToken cancellation)
        => Status("admin gets a second factor", 204, async stop =>
        {
            using HttpRequestMessage request = Managed(HttpMethod.Put, $"/v1/two-factor/{DemoGateway.Realm}/admin/password");
            request.Content = JsonContent.Create(new JsonObject { ["password"] = password });
            return await Send(request, stop);
        }, cancellation);

    public void Dispose() => _client.Dispose();

    private static async Task<string> Echo(DemoSocket socket, CancellationToken cancellation) => await socket.Echoes("hello", cancellation) ? "101" : "silent";

    private async Task<string> Restart(CancellationToken cancellation)
    {
        await gateway.Stop();
        await gateway.Start(cancellation);
        return await WaitUntilReady(cancellation);
    }

    private async Task<string> WaitUntilReady(CancellationToken cancellation)
    {
        while (true)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, ports.ManagementUrl + "/readyz");
            if (await Send(request, cancellation) == 200) return "ready";
            await Task.Delay(TimeSpan.FromMilliseconds(10), time, cancellation);
        }
    }

    private Task<int> Get(string? token, CancellationToken cancellation)
    {
        HttpRequestMessage request = new(HttpMethod.Get, ports.GatewayUrl + "/api/hello");
        if (token is not null) request.Headers.Authorization = new("Bearer", token);
        return Send(request, cancellation);
    }

    private Task<int> Revoke(string session, CancellationToken cancellation)
    {
        HttpRequestMessage request = Managed(HttpMethod.Post, "/v1/revocations");
        request.Content = JsonContent.Create(new JsonObject { ["session"] = session, ["reason"] = "demo" });
        return Send(request, cancellation);
    }

    private HttpRequestMessage Managed(HttpMethod method, string path)
    {
        HttpRequestMessage request = new(method, ports.ManagementUrl + path);
        request.Headers.Authorization = new("Bearer", DemoGateway.ManagementKey);
        return request;
    }

    private async Task<int> Send(HttpRequestMessage request, CancellationToken cancellation)
    {
        using HttpResponseMessage answer = await _client.SendAsync(request, cancellation);
        await answer.Content.LoadIntoBufferAsync(cancellation);
        return (int)answer.StatusCode;
    }

    private Task Status(string text, int expected, Func<CancellationToken, Task<int>> act, CancellationToken cancellation)
        => Step(text, expected.ToString(CultureInfo.InvariantCulture), async stop => (await act(stop)).ToString(CultureInfo.InvariantCulture), cancellation);

    private async Task Step(string text, string expected, Func<CancellationToken, Task<string>> act, CancellationToken cancellation, string? show = null)
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
            (came, why) = ("error", error is OperationCanceledException ? $"nothing came within {StepLimit.TotalSeconds} s" : error.Message);
        }
        bool good = came == expected;
        screen.Step(text, good && show is not null ? show : came, time.GetElapsedTime(started), good);
        if (!good) screen.Problem(why.Length > 0 ? why : $"expected {expected}");
        _good &= good;
    }
}
