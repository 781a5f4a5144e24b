namespace Gateway.EndToEnd.Cluster;

/// <param name="Token">The latest one.</param>
internal sealed record FaultSession(string Id, string Subject, string Token)
{
    /// <summary>Whether that is one whose time lies ahead, and a node has let it through.</summary>
    public bool HasLaterToken { get; init; }
}
