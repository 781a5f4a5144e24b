using Gateway.Revocation;

namespace Gateway.Enforcement.Endings;

/// <summary>Why a live connection ends. The first five have the numbers of <see cref="TargetKind"/>.</summary>
internal enum EndCause : byte
{
    None = 0,
    Session = 1,
    Token = 2,
    Subject = 3,
    Client = 4,
    Realm = 5,

    /// <summary>The token it was opened with has expired, on a route with <c>EndAtExpiry</c>.</summary>
    Expired = 6,

    /// <summary>This node's lease ran out and did not come back within a second one.</summary>
    Stale = 7,

    /// <summary>This node is stopping.</summary>
    Stopping = 8,
}

internal static class EndCauses
{
    extension(EndCause cause)
    {
        /// <summary>The word in metrics.</summary>
        public string Word => cause switch
        {
            EndCause.Session => "session",
            EndCause.Token => "token",
            EndCause.Subject => "subject",
            EndCause.Client => "client",
            EndCause.Realm => "realm",
            EndCause.Expired => "expired",
            EndCause.Stale => "stale",
            EndCause.Stopping => "stopping",
            _ => "none",
        };

        /// <summary>Whether the session itself is over; otherwise only this node cannot go on, and the client may come again.</summary>
        public bool EndsSession => cause is not (EndCause.None or EndCause.Stale or EndCause.Stopping);
    }
}
