namespace Gateway.Credentials;

internal enum CopyFate : byte
{
    /// <summary>No credential of any realm: it goes on, and counts for nothing.</summary>
    NoCopy,

    /// <summary>It goes on as it came.</summary>
    Good,

    /// <summary>It does not verify: it is taken out.</summary>
    Invalid,

    /// <summary>Nobody can tell now.</summary>
    Unavailable,
}
