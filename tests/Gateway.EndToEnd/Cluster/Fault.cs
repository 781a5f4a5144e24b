namespace Gateway.EndToEnd.Cluster;

/// <param name="At">After the start, in seconds.</param>
/// <param name="Lasts">In seconds.</param>
internal sealed record Fault(double At, FaultKind Kind, int Node, double Lasts)
{
    public bool OfRedis => Kind >= FaultKind.FreezeRedis;
}
