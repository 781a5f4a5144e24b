using System.IO.Pipelines;
using System.Net;
using Gateway.Http;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Http;

public sealed class BoundedListenerTests
{
    [Fact]
    public async Task One_too_many_is_closed_before_the_next_is_accepted_and_a_free_place_is_given()
    {
        Connection one = new(), two = new(), three = new(), four = new();
        Waiting waiting = new([one, two, three, four]);
        await using BoundedListener bounded = new(waiting, files: 5, TimeProvider.System, NullLogger<BoundedListener>.Instance);
        Assert.Same(one, await bounded.AcceptAsync());
        Assert.Same(two, await bounded.AcceptAsync());
        // Whoever comes third is gone when the fourth is looked at, for which there is a place then.
        waiting.Before = next =>
        {
            if (next != four) return;
            Assert.True(three is { IsAborted: true, IsDisposed: true });
            one.Close();
        };
        Assert.Same(four, await bounded.AcceptAsync());
        Assert.Equal([false, false, false], [one.IsAborted, two.IsAborted, four.IsAborted]);
        Assert.Null(await bounded.AcceptAsync());
    }

    [Theory]
    [InlineData("Max open files            1024                 524288               files     ", 1024)]
    [InlineData("Max open files            unlimited            unlimited            files     ", null)]
    [InlineData("Max processes             1024                 1024                 processes ", null)]
    public void The_limit_is_the_systems(string line, int? most) => Assert.Equal(most, OpenFiles.Parse(["Limit  Soft Limit", line]));

    [Fact]
    public void An_eighth_is_left_and_a_connection_has_two_sockets() => Assert.Equal(448, OpenFiles.ConnectionsOf(1024));

    private sealed class Waiting(IEnumerable<Connection> connections) : IConnectionListener
    {
        private readonly Queue<Connection> _connections = new(connections);

        public Action<Connection>? Before { get; set; }
        public EndPoint EndPoint { get; } = new IPEndPoint(IPAddress.Loopback, 1);

        public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            if (_connections.TryDequeue(out Connection? next)) Before?.Invoke(next);
            return new(next);
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => default;

        public ValueTask DisposeAsync() => default;
    }

    private sealed class Connection : ConnectionContext
    {
        private readonly CancellationTokenSource _closed = new();

        public Connection() => ConnectionClosed = _closed.Token;

        public bool IsAborted { get; private set; }
        public bool IsDisposed { get; private set; }
        public override IDuplexPipe Transport { get; set; } = null!;
        public override string ConnectionId { get; set; } = "";
        public override IFeatureCollection Features { get; } = new FeatureCollection();
        public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

        public void Close() => _closed.Cancel();

        public override void Abort(ConnectionAbortedException abortReason) => IsAborted = true;

        public override ValueTask DisposeAsync()
        {
            IsDisposed = true;
            return base.DisposeAsync();
        }
    }
}
