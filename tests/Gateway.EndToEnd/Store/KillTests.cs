using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Gateway.EndToEnd.Store;

/// <summary>Kill -9 in the middle of a burst of revocations: each that was answered is there after the restart.</summary>
public sealed class KillTests
{
    private const int Writers = 8;

    [Fact]
    public Task What_was_answered_survives_twenty_kills() => RoundsAsync(20);

    [LongFact]
    public Task What_was_answered_survives_two_hundred_and_fifty_kills() => RoundsAsync(250);

    private static async Task RoundsAsync(int rounds)
    {
        int seed = Environment.TickCount;
        Random random = new(seed);
        await using TestIssuer issuer = new();
        await using TestBackend backend = await TestBackend.StartAsync();
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(GatewaySettings.For(backend, issuer).Unlimited());
        ConcurrentDictionary<string, string> answered = new();
        int unanswered = 0;
        for (int round = 0; round < rounds; round++)
        {
            using CancellationTokenSource killed = new();
            Task burst = Task.WhenAll(Enumerable.Range(0, Writers)
                .Select(writer => RevokeAsync(gateway, $"{round}-{writer}", answered, () => Interlocked.Increment(ref unanswered),
                    killed.Token)));
            int before = answered.Count;
            await Eventually.TrueAsync(() => answered.Count > before);
            // Anywhere within some commits of the one that was just answered, also in the middle of one.
            await Task.Delay(TimeSpan.FromMicroseconds(random.Next(60_000)));
            await gateway.Kill9Async();
            await killed.CancelAsync();
            await burst;
            await gateway.RestartAsync();

            HashSet<string> kept = await KeptAsync(gateway);
            string[] lost = [.. answered.Where(pair => !kept.Contains(pair.Value)).Select(pair => pair.Key)];
            Assert.True(lost.Length == 0,
                $"seed {seed}, round {round}: {lost.Length} of {answered.Count} answered revocations are "
                    + $"gone: {string.Join(", ", lost.Take(5))}");

            string session = answered.Keys.ElementAt(random.Next(answered.Count));
            using HttpResponseMessage refused = await gateway.GetAsync("/", issuer.Token(session: session));
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }
        using HttpResponseMessage untouched = await gateway.GetAsync("/", issuer.Token(session: "never revoked"));
        Assert.Equal(HttpStatusCode.OK, untouched.StatusCode);
        Console.WriteLine(
            $"KillTests: seed {seed}: {rounds} kills, {answered.Count} revocations answered and kept, {unanswered} cut off before their "
                + "answer");
    }

    private static async Task RevokeAsync(GatewayProcess gateway, string name, ConcurrentDictionary<string, string> answered, Action cutOff,
        CancellationToken killed)
    {
        for (int i = 0; !killed.IsCancellationRequested; i++)
        {
            string session = $"{name}-{i}";
            try
            {
                using HttpResponseMessage answer = await gateway.Management.PostAsJsonAsync("/v1/revocations", new { session }, killed);
                if (answer.StatusCode != HttpStatusCode.Created)
                    throw new InvalidOperationException(await answer.Content.ReadAsStringAsync(CancellationToken.None));
                answered[session] = JsonNode.Parse(await answer.Content.ReadAsStringAsync(killed))!["id"]!.GetValue<string>();
            }
            catch (Exception error) when (error is HttpRequestException or OperationCanceledException or IOException)
            {
                cutOff();
                return;
            }
        }
    }

    private static async Task<HashSet<string>> KeptAsync(GatewayProcess gateway)
    {
        HashSet<string> kept = [];
        for (string? after = ""; after is not null;)
        {
            JsonNode page = JsonNode.Parse(
                await gateway.Management.GetStringAsync("/v1/revocations?count=1000" + (after.Length == 0 ? "" : "&after=" + after)))!;
            foreach (JsonNode? item in page["items"]!.AsArray()) kept.Add(item!["id"]!.GetValue<string>());
            after = page["next"]?.GetValue<string>();
        }
        return kept;
    }
}
