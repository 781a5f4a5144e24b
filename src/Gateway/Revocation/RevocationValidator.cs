using Gateway.Configuration;

namespace Gateway.Revocation;

/// <summary>Checks the section <c>Gateway:Revocation</c>.</summary>
internal sealed class RevocationValidator : IConfigurationValidator
{
    public void Validate(Checks checks)
    {
        RevocationOptions options = checks.Options<RevocationOptions>();
        checks = checks.At("Gateway:Revocation");
        checks.That(options.KeepFor > TimeSpan.Zero && options.KeepFor <= TimeSpan.FromDays(36500), nameof(options.KeepFor),
            $"{options.KeepFor} is out of range: it must be as long as the longest session, like 30.00:00:00.");
        checks.Between(options.ClockSkew, TimeSpan.Zero, TimeSpan.FromMinutes(10));
    }
}
