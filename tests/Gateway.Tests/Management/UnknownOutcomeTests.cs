using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Gateway.Tests.Dialects;
using static Gateway.Tests.Dialects.Ory.OryAnswers;

namespace Gateway.Tests.Management;

/// <summary>Rule R18: what may or may not be in the log is answered as unknown, with the id by which it can be asked for.</summary>
public sealed class UnknownOutcomeTests
{
    [Fact]
    public async Task A_revocation_and_a_reinstatement_of_which_nobody_knows_are_503_with_the_id_and_in_the_audit()
    {
        BreakableLog log = new();
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(GatewaySettings.For(issuer: new TestIssuer()),
            customize: log.StandIn);
        log.AnswersNothing = true;
        string id = await UnknownAsync(await gateway.Management.PostAsJsonAsync("/v1/revocations", new { session = "s1" }));
        JsonNode revocation = await AskedAsync(id);
        Assert.Equal(("s1", id), ((string?)revocation["target"]!["session"], (string?)revocation["id"]));

        string undone = await UnknownAsync(await gateway.Management.DeleteAsync($"/v1/revocations/{id}"));
        Assert.NotEqual(id, undone);
        Assert.Equal(undone, (string?)(await AskedAsync(undone))["reinstated"]!["id"]);

        foreach (string action in new[] { "revoke", "reinstate" }) Assert.Equal(["unknown"], await OutcomesAsync(action));
        log.AnswersNothing = false;
        foreach (string action in new[] { "revoke", "reinstate" })
            await Eventually.PassesAsync(async () => Assert.Equal(["done", "unknown"], await OutcomesAsync(action)));

        async Task<IEnumerable<string?>> OutcomesAsync(string action)
            => (await gateway.Management.GetFromJsonAsync<JsonObject>("/v1/audit"))!["items"]!.AsArray()
                .Where(entry => ((string?)entry!["action"], (string?)entry["detail"]) == (action, id))
                .Select(entry => (string?)entry!["outcome"]);

        // The log has it by then, and a node that reads the log tells.
        async Task<JsonNode> AskedAsync(string fact)
        {
            JsonNode? found = null;
            await Eventually.TrueAsync(async () =>
            {
                using HttpResponseMessage answer = await gateway.Management.GetAsync($"/v1/revocations/{fact}");
                if (answer.IsSuccessStatusCode) found = await answer.Content.ReadFromJsonAsync<JsonNode>();
                return found is not null;
            });
            return found!;
        }
    }

    [Fact]
    public async Task A_dialect_says_so_in_the_vendors_form_and_never_that_nothing_has_changed()
    {
        BreakableLog log = new();
        await using DialectHost host = await DialectHost.StartAsync("Ory", customize: log.StandIn);
        string token = await host.SeenTokenAsync("user", "one"), other = await host.SeenTokenAsync("user", "two");
        log.AnswersNothing = true;
        using HttpResponseMessage answer = await host.SendAsync(HttpMethod.Delete, "/sessions/two", change: SessionToken(token));
        Assert.Equal(503, (int)answer.StatusCode);
        Assert.Contains("is not known", await answer.Content.ReadAsStringAsync());
        Assert.Equal("unknown", answer.Headers.GetValues("Gateway-Outcome").Single());
        Assert.True(Guid.TryParse(answer.Headers.GetValues("Gateway-Revocation").Single(), out _));
        await Eventually.TrueAsync(async () => await host.ReachAsync(other) == 401);
    }

    private static async Task<string> UnknownAsync(HttpResponseMessage answer)
    {
        JsonObject problem = await Problem.IsAsync(answer, 503);
        Assert.Equal("unknown", (string?)problem["outcome"]);
        Assert.Contains((string)problem["id"]!, (string)problem["detail"]!);
        return (string)problem["id"]!;
    }
}
