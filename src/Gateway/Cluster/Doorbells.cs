namespace Gateway.Cluster;

/// <summary>The bells of this node; each has one loop that waits for it.</summary>
internal sealed class Doorbells
{
    /// <summary>There may be more in the log: <see cref="LogFollower"/>.</summary>
    public Bell Log { get; } = new();

    /// <summary>This node has applied more of it: <see cref="Acknowledging"/>.</summary>
    public Bell Applied { get; } = new();

    /// <summary>A node says that it has applied more, and somebody waits for that: <see cref="AcknowledgementReading"/>.</summary>
    public Bell Acknowledged { get; } = new();

    /// <summary>A lease is wanted now: <see cref="LeaseRenewal"/>.</summary>
    public Bell Lease { get; } = new();
}
