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

    /// <summary>A message on a route with <c>Messages</c> cannot be read, so that nobody could tell who signs in by it.</summary>
    Unreadable = 9,

    /// <summary>Whoever knows the session of a sign-in by message cannot be asked now.</summary>
    Unavailable = 10,
}
