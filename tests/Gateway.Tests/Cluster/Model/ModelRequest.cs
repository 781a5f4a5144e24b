namespace Gateway.Tests.Cluster.Model;

/// <summary>A proxied exchange.</summary>
internal sealed class ModelRequest(int session, Action forwarded, Action answered)
{
    public int Session => session;
    public Action Forwarded => forwarded;
    public Action Answered => answered;
    public bool Sealed;
}
