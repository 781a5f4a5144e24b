namespace Gateway.Tests.Enforcement;

/// <summary>A clock whose timestamps jump to the end of time: no lease outlives that, and none can be had.</summary>
internal sealed class Fence : TimeProvider
{
    public volatile bool Up;

    public override long GetTimestamp() => Up ? long.MaxValue : base.GetTimestamp();
}
