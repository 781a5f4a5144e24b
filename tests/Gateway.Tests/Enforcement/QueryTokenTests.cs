using System.Net;

namespace Gateway.Tests.Enforcement;

/// <summary>A link from elsewhere that carries a token of its own signs nobody out.</summary>
public sealed class QueryTokenTests
{
    [Theory]
    [InlineData("Required")]
    [InlineData("Optional")]
    public async Task A_refused_token_of_the_query_deletes_no_good_cookie(string session)
    {
        await using TestBackend backend = await TestBackend.StartAsync();
        await using TestIssuer issuer = new();
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(
            GatewaySettings.For(backend, issuer).Route(("Session", session)).Set("Gateway:Realms:main:SignInUrl", "/sign-in"));
        string good = issuer.Token(session: "mine"), over = issuer.Token(session: "over");
        await gateway.RevokeSessionAsync("over");
        foreach (string token in (string[])["junk", over, issuer.Token(change: claims => claims["exp"] = 1)])
        {
            using HttpRequestMessage request = new(HttpMethod.Get, "/?access_token=" + token);
            request.Headers.Add("Cookie", "access_token=" + good);
            request.Headers.Add("Sec-Fetch-Mode", "navigate");
            request.Headers.Add("Accept", "text/html");
            using HttpResponseMessage answer = await gateway.Client.SendAsync(request);
            Assert.False(answer.Headers.Contains("Set-Cookie"), $"{answer.StatusCode} {answer.Headers}");
        }
        using HttpRequestMessage afterwards = new(HttpMethod.Get, "/");
        afterwards.Headers.Add("Cookie", "access_token=" + good);
        Assert.Equal(HttpStatusCode.OK, (await gateway.Client.SendAsync(afterwards)).StatusCode);
    }
}
