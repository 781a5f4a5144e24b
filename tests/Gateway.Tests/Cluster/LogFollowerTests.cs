using Gateway.Cluster;
using Gateway.Revocation;

namespace Gateway.Tests.Cluster;

public sealed class LogFollowerTests
{
    [Fact]
    public async Task A_place_in_another_epoch_is_not_reached_by_this_one_however_far_it_comes()
    {
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(GatewaySettings.For(issuer: new TestIssuer()));
        LogFollower follower = gateway.Get<LogFollower>();
        Task other = follower.WaitForAsync(new LogPosition("another", 1), default);
        for (int i = 0; i < 3; i++) await gateway.RevokeSessionAsync("s" + i);
        await follower.WaitForAsync(follower.Applied, default).WithinAsync();
        Assert.Equal((3L, false), (follower.Applied.Number, other.IsCompleted));
    }
}
