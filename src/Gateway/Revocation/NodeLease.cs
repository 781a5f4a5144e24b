namespace Gateway.Revocation;

/// <summary>One node as the log's list of nodes has it.</summary>
/// <param name="Serial">Grows with each renewal: an entry that stays the same shows that nothing was granted meanwhile.</param>
/// <param name="Holds">Whether it was given a lease; a node that starts or repairs announces itself without one.</param>
/// <param name="Over">By Redis' time, as <see cref="IsOver"/> says.</param>
/// <param name="Length">The length of the lease that this node asks for.</param>
/// <param name="Ends">By Redis' time.</param>
/// <param name="Applied">As of its last renewal or acknowledgement.</param>
/// <param name="Serves">Some of its routes serve when stale: its running out never counts as enforced (rule R7).</param>
/// <param name="Repairing">It has not yet appended again what it knows from an earlier epoch (rules R2 and R3).</param>
internal sealed record NodeLease(
    string Id, long Serial, bool Holds, bool Over, TimeSpan Length, DateTimeOffset Ends, LogPosition Applied,
    bool Serves, bool Repairing, string Version, string Address)
{
    /// <summary>The newest version of a fact that it reads (rule R17).</summary>
    public int Reads { get; init; } = 1;

    /// <summary>False for an entry in the form of a newer version: a holder that never acknowledges (rule R17).</summary>
    public bool IsUnderstood { get; init; } = true;

    /// <summary>Tells whether (rule R4) Redis' time is past the end; or so far before it that no renewal can have given that end in the
    /// time of now, since the clock went back. Either way this node's own clock has the last word.</summary>
    public static bool IsOver(long ends, long now, long length) => ends <= now || ends > now + length;
}
