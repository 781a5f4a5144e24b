namespace Gateway.Cluster;

/// <summary>Rule R6: what is done on this node with facts that were applied to the index, before they are acknowledged.</summary>
internal interface IRevocationEnforcer
{
    /// <summary>Completes when nothing passes any more, in either direction, of whatever the index now refuses.</summary>
    Task EnforceAsync();
}
