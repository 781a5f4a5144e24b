using Gateway.Revocation;
using Gateway.Store;

namespace Gateway.Tests.Store;

public sealed class ReplicaQuorumTests
{
    private static ClusterState State(int replicas, bool sharded = false)
        => new("R1", 0, true, 0, default, 0, []) { Replicas = replicas, IsSharded = sharded };

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(4, 2)]
    [InlineData(5, 3)]
    public void Two_masters_never_both_have_as_many_followers_as_are_required(int replicas, int required)
    {
        ReplicaQuorum quorum = new(null, mayFailOver: true);
        Assert.Equal(required, quorum.Required(State(replicas)));
        // Of so many servers two are masters, and no replica follows both.
        if (replicas > 0) Assert.True(2 + 2 * required > 1 + replicas);
        Assert.Null(quorum.Trouble(replicas, sharded: true));
    }

    [Theory]
    [InlineData(0, 2, true, false, true)]
    [InlineData(0, 2, false, true, true)]
    [InlineData(0, 2, false, false, false)]
    [InlineData(0, 0, true, true, false)]
    [InlineData(1, 2, true, false, false)]
    [InlineData(1, 4, true, false, true)]
    public void Fewer_are_named_where_somebody_may_make_a_replica_the_master(
        int configured, int replicas, bool mayFailOver, bool sharded, bool named)
    {
        ReplicaQuorum quorum = new(configured, mayFailOver);
        Assert.Equal(named, quorum.LeavesRoomForTwo(State(replicas, sharded)));
        Assert.Equal(named, quorum.Trouble(replicas, sharded)?.Contains($"Set it to {ReplicaQuorum.MajorityOf(replicas)} or more") == true);
    }
}
