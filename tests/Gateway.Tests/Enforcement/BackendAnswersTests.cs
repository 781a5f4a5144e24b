using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Gateway.Tests.Enforcement;

/// <summary>Answers that come early, late, in pieces, or not at all.</summary>
public sealed class BackendAnswersTests
{
    [Theory]
    [InlineData("ReverseProxy:Routes:app:Timeout")]
    [InlineData("ReverseProxy:Clusters:app:HttpRequest:ActivityTimeout")]
    public async Task A_backend_that_takes_too_long_is_504(string timeout)
    {
        await using TestBackend backend = await TestBackend.StartAsync();
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(GatewaySettings.For(backend).Set(timeout, "00:00:00.3"));
        using HttpResponseMessage answer = await gateway.GetAsync("/hold").WithinAsync();
        Assert.Equal((504, "application/problem+json"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Equal("The application did not answer in time.",
            (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["detail"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_early_413_arrives_where_the_client_waits_for_100_or_the_backend_takes_the_rest(bool expect)
    {
        await using RawBackend backend = new(async (client, stop) =>
        {
            string headers = await RawBackend.ReadHeadersAsync(client, stop);
            Assert.Equal(expect, headers.Contains("Expect: 100-continue", StringComparison.OrdinalIgnoreCase));
            await RawBackend.WriteAsync(client, "HTTP/1.1 413 Payload Too Large\r\nContent-Length: 9\r\nConnection: close\r\n\r\ntoo large",
                stop);
            // As nginx and Apache do (lingering close).
            byte[] rest = new byte[64 * 1024];
            while (await client.ReadAsync(rest, stop) > 0) { }
        });
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(GatewaySettings.For(destination: backend.Url));
        using HttpRequestMessage upload = new(HttpMethod.Post, "/upload") { Content = new ByteArrayContent(new byte[4 * 1024 * 1024]) };
        upload.Headers.ExpectContinue = expect;
        using HttpResponseMessage answer = await gateway.Client.SendAsync(upload).WithinAsync();
        Assert.Equal((413, "too large"), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync()));
    }

    /// <summary>A limit that the manual names: the HTTP client sends the whole body before it reads.</summary>
    [Fact]
    public async Task An_early_413_of_a_backend_that_closes_at_once_is_502()
    {
        await using RawBackend backend = new(async (client, stop) =>
        {
            await RawBackend.ReadHeadersAsync(client, stop);
            await RawBackend.WriteAsync(client, "HTTP/1.1 413 Payload Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", stop);
        });
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(GatewaySettings.For(destination: backend.Url));
        using HttpResponseMessage answer = await gateway.Client.PostAsync("/upload", new ByteArrayContent(new byte[16 * 1024 * 1024]))
            .WithinAsync();
        Assert.Equal((502, "application/problem+json"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task A_client_that_waits_for_100_hears_it_when_the_backend_says_it()
    {
        TaskCompletionSource goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using RawBackend backend = new(async (client, stop) =>
        {
            await RawBackend.ReadHeadersAsync(client, stop);
            await goOn.Task.WaitAsync(stop);
            await RawBackend.WriteAsync(client, "HTTP/1.1 100 Continue\r\n\r\n", stop);
            byte[] body = new byte[5];
            await client.ReadExactlyAsync(body, stop);
            await RawBackend.WriteAsync(client,
                $"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\n{Encoding.ASCII.GetString(body)}", stop);
        });
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(GatewaySettings.For(destination: backend.Url));
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, new Uri(gateway.Url).Port);
        NetworkStream stream = client.GetStream();
        await RawBackend.WriteAsync(stream,
            "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n", default);

        Task<string> heard = RawBackend.ReadHeadersAsync(stream, default);
        Assert.False(heard.IsCompleted);
        goOn.SetResult();
        Assert.StartsWith("HTTP/1.1 100 Continue", await heard.WithinAsync());
        await RawBackend.WriteAsync(stream, "hello", default);
        using StreamReader reader = new(stream);
        string answer = await reader.ReadToEndAsync().WithinAsync();
        Assert.StartsWith("HTTP/1.1 200 OK", answer);
        Assert.EndsWith("hello", answer);
    }

    [Fact]
    public async Task Early_hints_are_passed_over_and_the_answer_arrives()
    {
        await using RawBackend backend = new(async (client, stop) =>
        {
            await RawBackend.ReadHeadersAsync(client, stop);
            await RawBackend.WriteAsync(client,
                "HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: "
                    + "close\r\n\r\nok", stop);
        });
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(GatewaySettings.For(destination: backend.Url));
        using HttpResponseMessage answer = await gateway.GetAsync("/x").WithinAsync();
        Assert.Equal((200, "ok"), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        Assert.False(answer.Headers.Contains("Link"));
    }
}
