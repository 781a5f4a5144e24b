using Gateway.Revocation;

namespace Gateway.Store;

/// <summary>The cluster's data began anew, and not every node has given back what it knows: what is not there may only be lost.</summary>
internal sealed class UnsettledException() : StoreUnavailableException(
    "Redis has begun anew, and what it holds is not sure before the nodes have given back what they know. "
    + "It is after a gateway has run on it for a little more than a lease (Cluster:Lease); then try again.");
