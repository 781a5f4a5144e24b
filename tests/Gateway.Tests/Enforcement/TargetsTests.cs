using System.Diagnostics.Metrics;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Gateway.Enforcement;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Enforcement;

/// <summary>Exactly those connections end whose identity a revocation refuses, and the metrics say so.</summary>
public sealed class TargetsTests
{
    [Theory]
    [InlineData("""{"session":"a1"}""", "a1", "session")]
    [InlineData("""{"token":"jti-b1"}""", "b1", "token")]
    [InlineData("""{"subject":"alice"}""", "a1 a2", "subject")]
    [InlineData("""{"subject":"alice","exceptSession":"a2"}""", "a1", "subject")]
    [InlineData("""{"client":"phone"}""", "a2 b1", "client")]
    [InlineData("""{"everything":true}""", "a1 a2 b1 b2", "realm")]
    public async Task A_revocation_ends_what_it_names_and_nothing_else(string revocation, string ends, string cause)
    {
        await using TestBackend backend = await TestBackend.StartAsync();
        await using TestIssuer issuer = new();
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(GatewaySettings.For(backend, issuer));
        using Meters meters = new(gateway.Get<IMeterFactory>());
        Dictionary<string, ClientWebSocket> sockets = [];
        foreach ((string session, string subject,
            string client) in ((string, string, string)[])[("a1", "alice", "web"), ("a2", "alice", "phone"), ("b1", "bob", "phone"),
                ("b2", "bob", "web"), ("none", "", "")])
        {
            ClientWebSocket socket = sockets[session] = new();
            if (session != "none")
                socket.Options.SetRequestHeader("Authorization",
                    "Bearer " + issuer.Token(subject, session, claims => (claims["azp"], claims["jti"]) = (client, "jti-" + session)));
            await socket.ConnectAsync(new Uri(gateway.Url.Replace("http", "ws") + "/ws/echo"), CancellationToken.None);
            Assert.Equal("one", await EndingFixture.EchoAsync(socket, "one"));
        }

        await gateway.RevokeAsync(JsonNode.Parse(revocation)!.AsObject());

        string[] ended = ends.Split(' ');
        foreach ((string session, ClientWebSocket socket) in sockets)
        {
            if (!ended.Contains(session))
            {
                Assert.Equal("two", await EndingFixture.EchoAsync(socket, "two"));
                continue;
            }
            await EndingFixture.ReceiveUntilCloseAsync(socket);
            Assert.Equal(4401, (int?)socket.CloseStatus);
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).WithinAsync();
        }
        await Eventually.TrueAsync(() => meters.Ended.Count == ended.Length && meters.LastEnds == 1);
        Assert.All(meters.Ended, one => Assert.Equal(("websocket", cause), one));
        Assert.Equal(5 - ended.Length, meters.Open("websocket"));
        Assert.DoesNotContain(gateway.Log.Lines, line => line.Level >= LogLevel.Warning);
        foreach (ClientWebSocket socket in sockets.Values) socket.Dispose();
    }

    private sealed class Meters : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly Dictionary<string, int> _open = [];
        private readonly List<(string, string)> _ended = [];
        private int _lastEnds;

        /// <summary>Of one gateway; others run beside it.</summary>
        public Meters(IMeterFactory factory)
        {
            _listener.InstrumentPublished = (instrument,
                listener) => { if (instrument.Meter.Name == EnforcementMetrics.MeterName && instrument.Meter.Scope == factory)
                    listener.EnableMeasurementEvents(instrument); };
            _listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) =>
            {
                if (instrument.Name == "gateway.connections.ended") lock (_ended) _ended.Add((Tag(tags, "kind"), Tag(tags, "cause")));
            });
            _listener.SetMeasurementEventCallback<double>(
                (instrument, _, _, _) => { if (instrument.Name == "gateway.connections.end.duration")
                    Interlocked.Increment(ref _lastEnds); });
            _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => { if (instrument.Name == "gateway.connections")
                lock (_open) _open[Tag(tags, "kind")] = _open.GetValueOrDefault(Tag(tags, "kind")) + value; });
            _listener.Start();
        }

        public IReadOnlyList<(string Kind, string Cause)> Ended { get { lock (_ended) return [.. _ended]; } }
        public int LastEnds => Volatile.Read(ref _lastEnds);

        public int Open(string kind)
        {
            lock (_open) _open.Clear();
            _listener.RecordObservableInstruments();
            lock (_open) return _open.GetValueOrDefault(kind);
        }

        public void Dispose() => _listener.Dispose();

        private static string Tag(ReadOnlySpan<KeyValuePair<string, object?>> tags, string name)
        {
            foreach (KeyValuePair<string, object?> tag in tags)
                if (tag.Key == name) return (string)tag.Value!;
            return "";
        }
    }
}
