using System.Net;
using System.Text.Json.Nodes;
using Gateway.Tests.Enforcement;

namespace Gateway.EndToEnd.Cluster;

/// <summary>A logout waits for the rest of a frame to a client, and a node that cannot apply the log in time has no lease: clients in the
/// middle of frames must not be able to fence it.</summary>
public sealed class MidFrameTests : IAsyncLifetime
{
    private const int Sockets = 8;

    private readonly TestIssuer _issuer = new();
    private TestBackend _backend = null!;

    public async Task InitializeAsync() => _backend = await TestBackend.StartAsync();

    public async Task DisposeAsync()
    {
        await _backend.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task Clients_in_the_middle_of_frames_take_a_node_no_lease()
    {
        // The rest of the frame never comes.
        byte[] begun = [0x81, 100, 1, 2, 3];
        _backend.Answer = async context =>
        {
            if (context.Request.Path != "/ws") return false;
            Stream stream = await RawWebSocket.AcceptAsync(context);
            await stream.WriteAsync(begun);
            try { await stream.ReadExactlyAsync(new byte[1000]); }
            catch (IOException) { }
            return true;
        };
        await using RedisProcess redis = await RedisProcess.StartAsync(appendOnly: false);
        // CloseTimeout is as it comes, 1 s: two such waits are longer than this lease.
        JsonObject settings = ClusterSettings.For(redis.Connection, _backend, _issuer, lease: "00:00:02");
        await using InProcessGateway one = await InProcessGateway.StartAsync(settings), two = await InProcessGateway.StartAsync(settings);
        await ClusterFixture.ReadyAsync(one);
        await ClusterFixture.ReadyAsync(two);

        List<RawWebSocket> sockets = [];
        try
        {
            for (int n = 0; n < Sockets; n++)
            {
                sockets.Add(await RawWebSocket.ConnectAsync(one.Url, "/ws?access_token=" + _issuer.Token(session: "frame" + n)));
                await sockets[n].ReadAsync(begun.Length);
            }
            // The node is in the middle of a wait when the next logout comes, all the time.
            Task<JsonObject[]> logouts = Task.WhenAll(Enumerable.Range(0, Sockets).Select(async n =>
            {
                await Task.Delay(TimeSpan.FromMilliseconds(400 * n));
                return await two.RevokeSessionAsync("frame" + n);
            }));
            string good = _issuer.Token(session: "good");
            int passed = 0;
            for (; !logouts.IsCompleted; passed++)
            {
                using HttpResponseMessage answer = await one.GetAsync("/a", good);
                Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode} after {passed}\n{one.Log.Text}");
            }
            Assert.True(passed > 20, $"{passed} requests");
            Assert.All(await logouts, answer => Assert.Equal((2, 2), answer.Enforced()));
            foreach (RawWebSocket socket in sockets) Assert.Empty((await socket.ReadToEndAsync()).Bytes);
        }
        finally { sockets.ForEach(socket => socket.Dispose()); }
    }
}
