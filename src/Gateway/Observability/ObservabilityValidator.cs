using Gateway.Configuration;

namespace Gateway.Observability;

/// <summary>Checks the section <c>Gateway:Observability</c>.</summary>
internal sealed class ObservabilityValidator : IConfigurationValidator
{
    public void Validate(Checks checks)
    {
        ObservabilityOptions options = checks.Options<ObservabilityOptions>();
        if (options.OtlpEndpoint is not null) checks.At("Gateway:Observability").HttpUrl(options.OtlpEndpoint, "http://127.0.0.1:4317");
    }
}
