namespace Gateway.Tests.Cluster.Model;

internal static class Protocol
{
    public const long LeaseMilliseconds = 1000;
    public static readonly TimeSpan Lease = TimeSpan.FromMilliseconds(LeaseMilliseconds);
}
