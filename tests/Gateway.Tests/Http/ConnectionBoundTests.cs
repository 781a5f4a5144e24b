using System.IO.Pipelines;
using Gateway.Http;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Http;

public sealed class ConnectionBoundTests
{
    [Fact]
    public async Task One_too_many_is_closed_and_a_place_that_is_free_again_is_given()
    {
        List<TaskCompletionSource> served = [];
        ConnectionBound bound = new(_ =>
        {
            served.Add(new());
            return served[^1].Task;
        }, files: 5, TimeProvider.System, NullLogger<ConnectionBound>.Instance);
        Connection one = new(), two = new(), three = new(), four = new();
        Task first = bound.RunAsync(one), second = bound.RunAsync(two);
        await bound.RunAsync(three);
        Assert.Equal(2, served.Count);
        Assert.Equal([false, false, true], [one.IsAborted, two.IsAborted, three.IsAborted]);
        served[0].SetResult();
        await first;
        Task fourth = bound.RunAsync(four);
        Assert.Equal(3, served.Count);
        served[1].SetException(new IOException());
        await Assert.ThrowsAsync<IOException>(() => second);
        served[2].SetResult();
        await fourth;
    }

    [Theory]
    [InlineData("Max open files            1024                 524288               files     ", 1024)]
    [InlineData("Max open files            unlimited            unlimited            files     ", null)]
    [InlineData("Max processes             1024                 1024                 processes ", null)]
    public void The_limit_is_the_systems(string line, int? most) => Assert.Equal(most, OpenFiles.Parse(["Limit  Soft Limit", line]));

    [Fact]
    public void An_eighth_is_left_and_a_connection_has_two_sockets() => Assert.Equal(448, OpenFiles.ConnectionsOf(1024));

    private sealed class Connection : ConnectionContext
    {
        public bool IsAborted { get; private set; }
        public override IDuplexPipe Transport { get; set; } = null!;
        public override string ConnectionId { get; set; } = "";
        public override IFeatureCollection Features { get; } = new FeatureCollection();
        public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

        public override void Abort(ConnectionAbortedException abortReason) => IsAborted = true;
    }
}
