using System.Text.Json.Nodes;

namespace Gateway.EndToEnd.Dialects;

/// <summary>The vendors' own clients, unmodified, pointed at the gateway.</summary>
public sealed class VendorClientsTests(VendorFixture fixture) : IClassFixture<VendorFixture>
{
    [Theory]
    [InlineData("client-grpc")]
    [InlineData("client-grpc-web")]
    [InlineData("node-v2beta")]
    [InlineData("connect-json")]
    [InlineData("connect-proto")]
    [InlineData("grpc-js")]
    public async Task Zitadels_clients_end_a_session_and_its_requests_stop(string client)
    {
        string user = "user-of-" + client, session = "session-of-" + client, current = "current-of-" + client;
        string token = await fixture.SeenAsync(user, session), caller = await fixture.SeenAsync(user, current);

        string output = await NodeScript.RunAsync("zitadel.mjs", client, fixture.Gateway.Url, fixture.Gateway.Http2Url, caller, session,
            fixture.Issuer.Token("stranger", "s"));
        JsonNode result = JsonNode.Parse(output.Split('\n').Last(line => line.StartsWith('{')))!;

        if (client != "grpc-js") Assert.Equal([current, session], result["listed"]!.AsArray().Select(id => id!.GetValue<string>()).Order());
        Assert.Equal(session, result["got"]!.GetValue<string>());
        Assert.Equal("main", result["first"]!["resourceOwner"]!.GetValue<string>());
        Assert.True(result["first"]!["changed"]!.GetValue<bool>() && result["first"]!["created"]!.GetValue<bool>());
        Assert.Equal(result["first"]!.ToJsonString(), result["second"]!.ToJsonString());
        IsError(result["forbidden"], 7, "No matching permissions found (AUTH-AWfge)");
        IsError(result["wrong"], 7, "Session Token is invalid (COMMAND-sGr42)");
        IsError(result["nobody"], 16, "Token is invalid (AUTH-7fs1e)");
        IsError(result["gone"], 5, "Session does not exist (QUERY-SFeaa)");

        Assert.False(await fixture.ReachesAsync(token));
        Assert.True(await fixture.ReachesAsync(caller));
        Assert.DoesNotContain(token, fixture.Gateway.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(caller, fixture.Gateway.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("@ory/client")]
    [InlineData("@ory/client-fetch")]
    public async Task Orys_clients_end_sessions_and_their_requests_stop(string client)
    {
        string user = "user-of-" + client, victim = "victim-of-" + client.Replace('/', '-');
        string currentId = "current-of-" + client, otherId = "other-of-" + client.Replace('/', '-'),
            victimId = "first-of-" + client.Replace('/', '-');
        string current = await fixture.SeenAsync(user, currentId);
        string other = await fixture.SeenAsync(user, otherId), third = await fixture.SeenAsync(user, "third-of-" + client),
            unseen = fixture.Issuer.Token(user, "unseen-of-" + client);
        string leaving = await fixture.SeenAsync("leaver-of-" + client, "leaving-of-" + client);
        string victims = await fixture.SeenAsync(victim, victimId), victims2 = await fixture.SeenAsync(victim, "second-of-" + client);

        string output = await NodeScript.RunAsync("ory.mjs", client, fixture.Gateway.Url, fixture.Gateway.ManagementUrl,
            GatewaySettings.ManagementKey,
            current, otherId, currentId, leaving, user, victim, victimId);
        JsonNode result = JsonNode.Parse(output.Split('\n').Last(line => line.StartsWith('{')))!;

        Assert.Equal((currentId, user),
            (result["whoami"]!["id"]!.GetValue<string>(), result["whoami"]!["identity"]!["id"]!.GetValue<string>()));
        Assert.Equal(new[] { otherId, "third-of-" + client }.Order(),
            result["listed"]!.AsArray().Select(id => id!.GetValue<string>()).Order());
        // One was ended by its id before, so one was left to count.
        Assert.Equal((1, 0), ((int)result["count"]!, (int)result["countAgain"]!));
        IsRefused(result["nobody"], 401, "The request could not be authorized", "No valid session cookie found.");
        IsRefused(result["nobodyIs"], 401, "The request could not be authorized", "No valid session credentials found in the request.");
        IsRefused(result["ownRefused"], 400, "cannot revoke current session", null);
        IsRefused(result["unknownLogout"], 403, "The requested action was forbidden",
            "The provided Ory Session Token could not be found, is invalid, or otherwise malformed.");
        IsRefused(result["adminUnknown"], 404, "Unable to locate the resource", null);
        Assert.Equal(401, (int)result["adminStranger"]!["status"]!);
        Assert.Equal(2, result["adminListed"]!.AsArray().Count);
        Assert.True(result["adminAll"]!.GetValue<bool>());

        foreach (string ended in new[] { other, third, unseen, leaving, victims, victims2 })
            Assert.False(await fixture.ReachesAsync(ended));
        Assert.True(await fixture.ReachesAsync(current));
        foreach (string token in new[] { current, other, leaving, GatewaySettings.ManagementKey })
            Assert.DoesNotContain(token, fixture.Gateway.Output, StringComparison.Ordinal);
    }

    private static void IsError(JsonNode? error, int code, string message)
        => Assert.Equal((code, message), ((int)error!["code"]!, error["message"]!.GetValue<string>()));

    private static void IsRefused(JsonNode? refused, int status, string message, string? reason)
    {
        JsonNode error = refused!["error"]!;
        Assert.Equal((status, status, message, reason),
            ((int)refused["status"]!, (int)error["code"]!, error["message"]!.GetValue<string>(), (string?)error["reason"]));
    }
}
