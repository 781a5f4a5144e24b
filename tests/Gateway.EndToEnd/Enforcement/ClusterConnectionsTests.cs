using System.Net.WebSockets;
using System.Text.Json.Nodes;

namespace Gateway.EndToEnd.Enforcement;

/// <summary>Three nodes that share one Redis: the connection is open on another node than the one that takes the logout.</summary>
public sealed class ClusterConnectionsTests : IAsyncLifetime
{
    private readonly TestIssuer _issuer = new();
    private readonly List<GatewayProcess> _nodes = [];
    private TestBackend _backend = null!;
    private RedisProcess _redis = null!;

    public async Task InitializeAsync()
    {
        _backend = await TestBackend.StartAsync();
        _redis = await RedisProcess.StartAsync(appendOnly: false);
        JsonObject settings = GatewaySettings.For(_backend, _issuer)
            .Set("Gateway:Store:Kind", "Redis").Set("Gateway:Store:Connection", _redis.Connection).Set("Gateway:Cluster:Lease", "00:00:02")
            .Set("Gateway:Cluster:AnswerWithin", "00:00:10");
        _nodes.AddRange(await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => GatewayProcess.StartAsync(settings))));
    }

    public async Task DisposeAsync()
    {
        foreach (GatewayProcess node in _nodes) await node.DisposeAsync();
        await _redis.DisposeAsync();
        await _backend.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task Connections_end_on_every_node_and_after_the_answer_nothing_passes()
    {
        string token = _issuer.Token("alice", "s1"), other = _issuer.Token("alice", "s2");
        using ClientWebSocket socket = await ConnectAsync(_nodes[1], token), stays = await ConnectAsync(_nodes[1], other);
        Listener feed = new(socket), goesOn = new(stays);
        using HttpResponseMessage events = await EventsAsync(_nodes[2], token);
        using StreamReader reader = new(await events.Content.ReadAsStreamAsync());
        await reader.ReadLineAsync().WithinAsync();
        await Eventually.TrueAsync(() => feed.Messages > 0 && goesOn.Messages > 0);

        JsonObject answer = await _nodes[0].RevokeSessionAsync("s1");
        int atAnswer = feed.Messages;

        Assert.Equal((3, 3), ((int)answer["enforced"]!["nodes"]!, (int)answer["enforced"]!["of"]!));
        Assert.Equal((4401, "session ended"), await feed.Closed.WithinAsync());
        Assert.InRange(feed.Messages - atAnswer, 0, 20);   // what the system's own buffers held before the answer
        Assert.EndsWith("event: session-ended\ndata: session ended\n\n", await reader.ReadToEndAsync().WithinAsync());
        int now = goesOn.Messages;
        await Eventually.TrueAsync(() => goesOn.Messages > now + 10);
    }

    [Fact]
    public async Task A_node_that_was_frozen_through_the_logout_lets_nothing_pass_when_it_goes_on()
    {
        using ClientWebSocket socket = await ConnectAsync(_nodes[1], _issuer.Token("alice", "s1"));
        Listener feed = new(socket);
        await Eventually.TrueAsync(() => feed.Messages > 0);

        _nodes[1].Freeze();
        JsonObject answer = await _nodes[0].RevokeSessionAsync("s1");
        Assert.Equal((3, 3), ((int)answer["enforced"]!["nodes"]!, (int)answer["enforced"]!["of"]!));
        int atAnswer = feed.Messages;
        _nodes[1].Continue();

        Assert.Equal(4401, (await feed.Closed.WithinAsync()).Code);
        Assert.InRange(feed.Messages - atAnswer, 0, 1);   // a frame that was on its way into the socket when it froze
    }

    private static async Task<ClientWebSocket> ConnectAsync(GatewayProcess node, string token)
    {
        ClientWebSocket socket = new();
        socket.Options.SetRequestHeader("Authorization", "Bearer " + token);
        await socket.ConnectAsync(new Uri(node.Url.Replace("http", "ws") + "/ws/feed?ms=10"), CancellationToken.None);
        return socket;
    }

    private static Task<HttpResponseMessage> EventsAsync(GatewayProcess node, string token)
    {
        HttpRequestMessage request = new(HttpMethod.Get, "/sse?ms=10") { Headers = { Authorization = new("Bearer", token) } };
        return node.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>Counts what comes until the Close.</summary>
    private sealed class Listener
    {
        private readonly TaskCompletionSource<(int Code, string? Reason)> _closed = new();
        private int _messages;

        public Listener(ClientWebSocket socket) => _ = ListenAsync(socket);

        public int Messages => Volatile.Read(ref _messages);
        public Task<(int Code, string? Reason)> Closed => _closed.Task;

        private async Task ListenAsync(ClientWebSocket socket)
        {
            try
            {
                byte[] buffer = new byte[1000];
                while ((await socket.ReceiveAsync(buffer, CancellationToken.None)).MessageType != WebSocketMessageType.Close)
                    Interlocked.Increment(ref _messages);
                _closed.TrySetResult(((int)socket.CloseStatus!, socket.CloseStatusDescription));
            }
            catch (Exception error)
            {
                _closed.TrySetException(error);
            }
        }
    }
}
