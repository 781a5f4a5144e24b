namespace Gateway.Realms;

/// <summary>What a token came to in one realm.</summary>
internal enum TokenFailure
{
    None = 0,

    /// <summary>It does not verify, has expired, or the application does not know it: 401.</summary>
    Invalid,

    /// <summary>Nobody can tell now: the provider or the application cannot be reached. 503 with Retry-After.</summary>
    Unavailable,
}
