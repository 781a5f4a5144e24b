using Gateway.Revocation;
using Gateway.Store;

namespace Gateway.Logout;

/// <summary>What a caller asks for.</summary>
internal sealed record RevocationRequest(Target Target, Actor Actor)
{
    public string? Reason { get; init; }

    /// <summary>By what right; it decides what bounds the caller.</summary>
    public RevocationRight Right { get; init; }

    /// <summary>How many sessions an administrator says that it ends; null where he says nothing.</summary>
    public int? Confirm { get; init; }

    /// <summary>It belongs to one that was let through already.</summary>
    public bool IsAdmitted { get; init; }

    /// <summary>Kept at least until then; never shorter than <c>Revocation:KeepFor</c> from now.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>Allows a cut-off that lies in the future (rule R13).</summary>
    public bool AllowFuture { get; init; }

    /// <summary>
    /// The same key gives the same fact on any node. What a client sends goes through <see cref="RevocationService.KeyOf"/>.
    /// </summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>False answers as soon as the log and this node have it.</summary>
    public bool WaitForAll { get; init; } = true;
}
