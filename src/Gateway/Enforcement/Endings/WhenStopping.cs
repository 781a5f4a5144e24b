namespace Gateway.Enforcement.Endings;

/// <summary>What becomes of an open exchange when the gateway stops.</summary>
internal enum WhenStopping : byte
{
    /// <summary>It ends by itself.</summary>
    EndsByItself,

    /// <summary>It gets some time to end by itself; a stream never would.</summary>
    GetsLastCalls,

    /// <summary>It would stay open, and is told so at once.</summary>
    IsTold,
}
