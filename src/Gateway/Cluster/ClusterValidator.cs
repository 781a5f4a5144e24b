using Gateway.Configuration;

namespace Gateway.Cluster;

/// <summary>Checks the section <c>Gateway:Cluster</c>.</summary>
internal sealed class ClusterValidator : IConfigurationValidator
{
    public void Validate(Checks checks)
    {
        ClusterOptions options = checks.Options<ClusterOptions>();
        checks = checks.At("Gateway:Cluster");
        checks.Between(options.Lease, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1));
        checks.Between(options.AnswerWithin, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(10));
    }
}
