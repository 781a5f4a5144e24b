using Gateway.Revocation;

namespace Gateway.Store;

/// <summary>
/// How many replicas of the log's server must follow it (rule R16). With the server they are a majority of all that there are: of two
/// servers that both believe to be the master, only one can have that. So a lease is used, an epoch grows old, and a logout counts
/// as enforced everywhere, only on proof that so many follow.
/// </summary>
/// <param name="configured"><c>Store:Replicas</c>; null for a majority.</param>
/// <param name="mayFailOver">Somebody may make a replica the master.</param>
internal sealed class ReplicaQuorum(int? configured, bool mayFailOver)
{
    /// <summary>The log's server has no replicas and never will.</summary>
    public static ReplicaQuorum None { get; } = new(0, mayFailOver: false);

    /// <summary>Gives how many replicas make a majority together with their master.</summary>
    public static int MajorityOf(int replicas) => (replicas + 1) / 2;

    /// <summary>Gives how many must follow.</summary>
    public int Required(ClusterState state) => RequiredOf(state.Replicas);

    /// <summary>Gives how many of so many must follow.</summary>
    public int RequiredOf(int replicas) => configured ?? MajorityOf(replicas);

    /// <summary>Tells whether two masters may both have as many as are required: then nothing proves which one is the master.</summary>
    public bool LeavesRoomForTwo(ClusterState state) => LeavesRoomForTwo(state.Replicas, state.IsSharded);

    /// <inheritdoc cref="LeavesRoomForTwo(ClusterState)"/>
    public bool LeavesRoomForTwo(int replicas, bool sharded)
        => (mayFailOver || sharded) && configured is { } number && number < MajorityOf(replicas);

    /// <summary>Tells what is wrong with the number that is configured, and what to do; null when nothing is.</summary>
    public string? Trouble(int replicas, bool sharded) => !LeavesRoomForTwo(replicas, sharded) ? null
        : $"Redis has {replicas} {(replicas == 1 ? "replica" : "replicas")}, and Gateway:Store:Replicas is {configured}: a master that is "
            + "cut off could go on granting leases while another one takes logouts. So no logout is answered as enforced everywhere. Set "
            + "it "
            + $"to {MajorityOf(replicas)} or more, or take it out.";
}
