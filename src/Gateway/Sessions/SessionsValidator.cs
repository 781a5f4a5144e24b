using Gateway.Configuration;

namespace Gateway.Sessions;

/// <summary>Checks the section <c>Gateway:Sessions</c>.</summary>
internal sealed class SessionsValidator : IConfigurationValidator
{
    public void Validate(Checks checks)
    {
        SessionsOptions options = checks.Options<SessionsOptions>();
        checks = checks.At("Gateway:Sessions");
        checks.Between(options.Capacity, 1, 100_000_000);
        checks.Between(options.FlushEvery, TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(1));
        checks.Between(options.ForgetAfter, TimeSpan.FromSeconds(1), TimeSpan.FromDays(36500));
    }
}
