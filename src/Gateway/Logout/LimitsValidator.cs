using Gateway.Configuration;

namespace Gateway.Logout;

/// <summary>Checks the section <c>Gateway:Limits</c>.</summary>
internal sealed class LimitsValidator : IConfigurationValidator
{
    private const int Most = 1_000_000_000;

    public void Validate(Checks checks)
    {
        LimitsOptions options = checks.Options<LimitsOptions>();
        checks = checks.At("Gateway:Limits");
        checks.Between(options.SubjectFactsPerHour, 1, Most);
        checks.Between(options.CallerFactsPerMinute, 1, Most);
        checks.Between(options.ClusterFactsPerDay, 1, Most);
        checks.Between(options.UnconfirmedPerCall, 0, Most);
        checks.Between(options.UnconfirmedPerMinute, 0, Most);
    }
}
