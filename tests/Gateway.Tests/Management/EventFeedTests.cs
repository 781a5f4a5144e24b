using System.Net;
using System.Text.Json.Nodes;
using Gateway.Management;

namespace Gateway.Tests.Management;

public sealed class EventFeedTests
{
    [Fact]
    public async Task Facts_come_as_they_are_applied_and_a_reader_who_returns_misses_nothing()
    {
        await using TestIssuer issuer = new();
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(GatewaySettings.For(issuer: issuer));
        await gateway.RevokeSessionAsync("before");

        string last;
        using (Reader reader = await Reader.OpenAsync(gateway))
        {
            string id = (string)(await gateway.RevokeSessionAsync("s1"))["id"]!;
            Event first = await reader.NextAsync();
            Assert.Equal("revocation", first.Name);
            Assert.Equal("s1", (string?)first.Data["target"]!["session"]);
            Assert.Equal(id, (string?)first.Data["id"]);
            await gateway.Management.DeleteAsync("/v1/revocations/" + id);
            Event second = await reader.NextAsync();
            Assert.Equal("reinstatement", second.Name);
            Assert.Equal(id, (string?)second.Data["revocation"]);
            last = first.Id;
        }
        await gateway.RevokeSessionAsync("s2");
        using Reader again = await Reader.OpenAsync(gateway, last);

        Assert.Equal("reinstatement", (await again.NextAsync()).Name);
        Assert.Equal("s2", (string?)(await again.NextAsync()).Data["target"]!["session"]);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("epoch/-1")]
    [InlineData("epoch/x")]
    public async Task A_foreign_event_id_is_refused(string id)
    {
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(GatewaySettings.For());
        using HttpRequestMessage request = new(HttpMethod.Get, "/v1/events");
        request.Headers.Add("Last-Event-ID", id);

        await Problem.IsAsync(await gateway.Management.SendAsync(request), 400);
    }

    [Fact]
    public async Task It_ends_when_its_key_is_removed()
    {
        await using TestIssuer issuer = new();
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(GatewaySettings.For(issuer: issuer));
        ManagementKeys keys = gateway.Get<ManagementKeys>();
        string key = (await keys.CreateAsync("temporary", default))!;
        using HttpRequestMessage request = new(HttpMethod.Get, gateway.ManagementUrl + "/v1/events");
        request.Headers.Authorization = new("Bearer", key);
        using HttpResponseMessage answer = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using StreamReader feed = new(await answer.Content.ReadAsStreamAsync());
        Assert.Equal(": the feed begins", await feed.ReadLineAsync().WithinAsync());
        Assert.True(await keys.RemoveAsync("temporary", default));
        await gateway.RevokeSessionAsync("s1");
        Assert.DoesNotContain("revocation", await feed.ReadToEndAsync().WithinAsync());
    }

    private sealed record Event(string Id, string Name, JsonObject Data);

    private sealed class Reader(HttpResponseMessage answer, StreamReader lines) : IDisposable
    {
        public static async Task<Reader> OpenAsync(InProcessGateway gateway, string? last = null)
        {
            HttpRequestMessage request = new(HttpMethod.Get, "/v1/events");
            if (last is not null) request.Headers.Add("Last-Event-ID", last);
            HttpResponseMessage answer = await gateway.Management.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
            return new(answer, new StreamReader(await answer.Content.ReadAsStreamAsync()));
        }

        public async Task<Event> NextAsync()
        {
            Dictionary<string, string> fields = [];
            while (await lines.ReadLineAsync().WithinAsync() is { } line)
            {
                if (line.Length == 0 && fields.Count > 0)
                    return new(fields["id"], fields["event"], JsonNode.Parse(fields["data"])!.AsObject());
                if (line.Length > 0 && line[0] != ':') fields[line[..line.IndexOf(':')]] = line[(line.IndexOf(':') + 2)..];
            }
            throw new EndOfStreamException();
        }

        public void Dispose()
        {
            lines.Dispose();
            answer.Dispose();
        }
    }
}
