namespace Gateway.Dialects;

/// <summary>Whether the registry knows a session as somebody's.</summary>
internal enum Known
{
    Yes,
    No,

    /// <summary>Nodes have seen sessions that the registry could not take: it may be one of them.</summary>
    Unsure,
}
