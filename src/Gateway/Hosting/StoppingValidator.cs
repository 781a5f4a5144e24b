using Gateway.Configuration;

namespace Gateway.Hosting;

/// <summary>Checks the section <c>Gateway:Stopping</c>.</summary>
internal sealed class StoppingValidator : IConfigurationValidator
{
    public void Validate(Checks checks)
    {
        StoppingOptions options = checks.Options<StoppingOptions>();
        checks = checks.At("Gateway:Stopping");
        checks.Between(options.Announce, TimeSpan.Zero, TimeSpan.FromMinutes(10));
        checks.Between(options.Drain, TimeSpan.Zero, TimeSpan.FromHours(1));
    }
}
