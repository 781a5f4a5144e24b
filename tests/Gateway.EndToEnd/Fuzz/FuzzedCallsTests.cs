using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Gateway.TwoFactor;
using Xunit.Abstractions;

namespace Gateway.EndToEnd.Fuzz;

/// <summary>Nobody can bend it: whatever stands in a vendor's call or in one to the management API, no fault, nothing slow, no memory that
/// stays.</summary>
[Collection(Alone.Name)]
public sealed class FuzzedCallsTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Password = "a-password-that-only-this-test-knows";

    private readonly TestIssuer _issuer = new();
    private readonly FuzzClient _client = new();
    private readonly SortedDictionary<string, int> _answers = new(StringComparer.Ordinal);
    private TestBackend _backend = null!;
    private GatewayProcess _gateway = null!;
    private int _sent, _repeated;
    private TimeSpan _slowest;
    private string _slowestCall = "";

    public async Task InitializeAsync()
    {
        _backend = await TestBackend.StartAsync();
        JsonObject settings = GatewaySettings.For(_backend, _issuer).Unlimited();
        foreach (string dialect in (string[])["RocketChat", "Zitadel", "Ory"]) settings.Set($"Gateway:Dialects:{dialect}:Realm", "main");
        settings.Set("Gateway:Dialects:RocketChat:RateLimit:Calls", 1_000_000);
        JsonArray credentials = settings["Gateway"]!["Realms"]!["main"]!["Credentials"]!.AsArray();
        credentials.Add(new JsonObject { ["Header"] = "X-Session-Token" });
        credentials.Add(new JsonObject { ["Cookie"] = "ory_kratos_session" });
        _gateway = await GatewayProcess.StartAsync(settings, http2: true, environment: ResidentMemory.Environment);
        using HttpResponseMessage set = await _gateway.Management.PutAsJsonAsync("/v1/two-factor/main/carol/password",
            new JsonObject { ["password"] = Password });
        Assert.True(set.IsSuccessStatusCode, await set.Content.ReadAsStringAsync());
        for (int session = 0; session < 20; session++)
            using (HttpResponseMessage seen = await _gateway.GetAsync("/app", _issuer.Token("alice", $"known-{session}")))
                Assert.True(seen.IsSuccessStatusCode);
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _gateway.DisposeAsync();
        await _backend.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task Nothing_that_is_sent_is_a_fault_or_slow_or_stays()
    {
        Random random = FuzzSeed.Start(output);
        int half = FuzzSeed.Count(3_000, 100_000) / 2;
        FuzzedCalls calls = new(random, _gateway, _issuer, Codes.PasswordDigest(Password));
        await ResidentMemory.StaysAsync(_gateway.Process, output, async () =>
        {
            for (int n = 0; n < half; n++) await SendAsync(calls);
        });
        output.WriteLine($"{_sent} calls, {_repeated} repeated; slowest {_slowest.TotalMilliseconds:F1} ms: {_slowestCall}");
        foreach ((string answer, int count) in _answers) output.WriteLine($"{answer}: {count}");
        Assert.False(_gateway.Process.HasExited);
        // The ends of the readers were reached, not their refusals alone.
        foreach (string kind in (string[])["Rocket.Chat 200", "Rocket.Chat 400", "ZITADEL 200", "ZITADEL 400", "Ory 204", "Ory 400",
            "ZITADEL application/grpc 200/0", "ZITADEL application/grpc 200/3", "ZITADEL application/grpc-web-text 200/0",
            "ZITADEL application/grpc-web-text 200/3", "management 201", "management 400", "management 401"])
            Assert.True(_answers.ContainsKey(kind), $"There was no {kind}.");
        Assert.DoesNotContain("Please report it", _gateway.Output, StringComparison.Ordinal);
    }

    private async Task SendAsync(FuzzedCalls calls)
    {
        FuzzedCall call = calls.Next();
        FuzzAnswer answer = await _client.SendAsync(call);
        _sent++;
        string kind = $"{call.Kind} {answer}";
        _answers[kind] = _answers.GetValueOrDefault(kind) + 1;
        Assert.False(answer.IsFault, $"call {_sent}, {answer}: {call}\n{_gateway.Output}");
        Assert.True(answer.Status > 0 || call.MayGoUnanswered, $"call {_sent} got no answer: {call}\n{_gateway.Output}");
        // Its own session is what it has ended, or another call before it.
        if (answer.IsUnauthenticated && call.Caller == calls.Caller) calls.Renew();
        if (call.Hashes) return;
        TimeSpan least = await Quick.LeastAsync(_gateway.Process, answer.Took, async () =>
        {
            _repeated++;
            return (await _client.SendAsync(call)).Took;
        });
        if (least > _slowest) (_slowest, _slowestCall) = (least, call.ToString());
        Assert.True(least <= Quick.Most, $"call {_sent} took {least.TotalMilliseconds:F0} ms: {call}");
    }
}
