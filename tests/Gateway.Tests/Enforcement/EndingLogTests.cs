using System.Net;
using Gateway.Tests.Support;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Enforcement;

/// <summary>What the log says of connections that end: nothing when the gateway ended them, a warning when something broke.</summary>
public sealed class EndingLogTests
{
    [Fact]
    public async Task A_logout_fills_no_log_and_a_failure_is_told()
    {
        await using EndingFixture fixture = await EndingFixture.Start();
        using HttpClient client = new() { BaseAddress = new Uri(fixture.Gateway.Url) };
        Task<HttpResponseMessage> held = client.GetAsync("/hold");
        Task[] streams = [.. ((string[])["/sse", "/stream"]).Select(path => client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead))];
        await Task.WhenAll(streams).Within();
        await fixture.Opened(3);

        await fixture.SealAll();
        await fixture.AllLeft();
        Assert.Equal(HttpStatusCode.Unauthorized, (await held.Within()).StatusCode);
        Assert.Empty(Warnings(fixture));

        await fixture.Backend.Stop();
        Assert.Equal(HttpStatusCode.BadGateway, (await client.GetAsync("/x").Within()).StatusCode);
        Assert.NotEmpty(Warnings(fixture));
    }

    private static IEnumerable<string> Warnings(EndingFixture fixture)
        => fixture.Gateway.Log.Lines.Where(line => line.Level >= LogLevel.Warning && line.Category.StartsWith("Yarp", StringComparison.Ordinal)).Select(line => line.Text);
}
