using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Gateway.EndToEnd.Configuration;

namespace Gateway.EndToEnd.Containers;

/// <summary>
/// The Dockerfile and docker-compose.yml, run for real: what stands in the head of the file, and what befalls its services.
/// </summary>
[Collection(ContainerTests.Name)]
public sealed class ComposeRunTests(RedisImages images) : IDisposable
{
    private const string One = "http://127.0.0.1:8080", Two = "http://127.0.0.1:8090", ManagementOne = "http://127.0.0.1:9901",
        ManagementTwo = "http://127.0.0.1:9911";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(20) };

    [SkippableFact]
    public async Task Four_services_do_what_the_head_of_the_file_says_and_outlive_what_befalls_them()
    {
        Skip.IfNot(LongFactAttribute.Wanted, LongFactAttribute.Reason);
        await images.SharedAsync(RedisImages.Names[0]);
        Stopwatch watch = Stopwatch.StartNew();
        await using ComposeProject project = await ComposeProject.UpAsync(RedisImages.Names[0]);
        Told("built and started");
        await project.HealthyAsync("redis", "backend", "gateway-1", "gateway-2");
        Told("four services healthy");

        await using (ChildProcess shell = ChildProcess.Start("bash", ["-c", ComposeTests.Calls]))
        {
            await shell.ExitAsync();
            Assert.True("200 201 401" == ComposeTests.Statuses(shell.Output), shell.Output);
            Assert.Contains("\"nodes\":2,\"of\":2", shell.Output);
        }
        Told("the commands in the head of the file");
        string revoked = await TokenAsync("alice-laptop"), good = await TokenAsync("alice-phone");
        await EverywhereAsync(revoked, HttpStatusCode.Unauthorized);

        Assert.Equal("1654", await project.ExecuteAsync("gateway-1", "id", "-u"));
        string said = await project.LogsAsync("gateway-1");
        Assert.DoesNotContain("may not be persisted", said);
        Assert.NotEqual("", await project.ExecuteAsync("gateway-1", "ls", "/data/gateway.db.keys"));

        await InterruptedAsync(() => project.PauseAsync("redis"), () => project.UnpauseAsync("redis"));
        Told("Redis paused");
        await InterruptedAsync(() => project.CutOffAsync("redis"), () => project.ReconnectAsync("redis"));
        Told("Redis cut off");

        await project.StopAsync("gateway-1");
        Assert.Equal(0, await project.ExitCodeAsync("gateway-1"));
        Told("gateway-1 stopped");
        await Eventually.PassesAsync(() => RevokeAsync(ManagementTwo, "alice-tablet", "\"nodes\":1,\"of\":1"), Patience);
        await project.StartAsync("gateway-1");
        await project.HealthyAsync("gateway-1");
        await EverywhereAsync(await TokenAsync("alice-tablet"), HttpStatusCode.Unauthorized);
        await EverywhereAsync(revoked, HttpStatusCode.Unauthorized);
        await EverywhereAsync(good, HttpStatusCode.OK);
        Told("gateway-1 started again");

        // Nothing is let through that a node cannot know, no logout is taken, and afterwards what was revoked is still refused.
        async Task InterruptedAsync(Func<Task> begin, Func<Task> end)
        {
            await EverywhereAsync(good, HttpStatusCode.OK);
            await begin();
            using HttpResponseMessage logout = await PostAsync(ManagementOne, "alice-watch");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, logout.StatusCode);
            await Eventually.PassesAsync(() => EverywhereAsync(good, HttpStatusCode.ServiceUnavailable), Patience);
            Assert.NotEqual(HttpStatusCode.OK, await AskAsync(One, revoked));
            await end();
            await Eventually.PassesAsync(() => EverywhereAsync(good, HttpStatusCode.OK), Patience);
            await EverywhereAsync(revoked, HttpStatusCode.Unauthorized);
            await project.HealthyAsync("redis", "backend", "gateway-1", "gateway-2");
            await Eventually.PassesAsync(() => RevokeAsync(ManagementOne, "alice-laptop", "\"nodes\":2,\"of\":2"), Patience);
        }

        void Told(string what) => Console.WriteLine($"ComposeRunTests: {what} after {watch.Elapsed.TotalSeconds:F0} s");
    }

    private async Task<string> TokenAsync(string session)
        => await _client.GetStringAsync($"http://127.0.0.1:9900/token?user=alice&session={session}");

    private async Task EverywhereAsync(string token, HttpStatusCode expected)
    {
        foreach (string gateway in (string[])[One, Two]) Assert.Equal(expected, await AskAsync(gateway, token));
    }

    private async Task<HttpStatusCode> AskAsync(string gateway, string token)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, gateway + "/api/hello");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using HttpResponseMessage answer = await _client.SendAsync(request);
        return answer.StatusCode;
    }

    private Task<HttpResponseMessage> PostAsync(string management, string session)
    {
        HttpRequestMessage request = new(HttpMethod.Post, management + "/v1/revocations")
            { Content = JsonContent.Create(new JsonObject { ["session"] = session, ["realm"] = "main" }) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "compose-management-key");
        return _client.SendAsync(request);
    }

    private async Task RevokeAsync(string management, string session, string enforced)
    {
        using HttpResponseMessage answer = await PostAsync(management, session);
        Assert.Contains(enforced, await answer.Content.ReadAsStringAsync());
    }

    public void Dispose() => _client.Dispose();
}
