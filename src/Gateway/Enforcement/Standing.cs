namespace Gateway.Enforcement;

/// <summary>How somebody stands before the session gate. Of several credentials in one request the latest of these decides.</summary>
internal enum Standing : byte
{
    /// <summary>He may pass.</summary>
    Good,

    /// <summary>He shows no credential where one is needed.</summary>
    Missing,

    /// <summary>Nobody can tell now: this node is stale, or a provider cannot be reached.</summary>
    Unavailable,

    /// <summary>The credential does not verify, or nobody knows it.</summary>
    Invalid,

    /// <summary>The session, or the token itself, was revoked; whether or not the token verifies (reading rule 10).</summary>
    Revoked,

    /// <summary>The request can be read in two ways, or in none.</summary>
    Malformed,
}
