namespace Gateway.Observability;

internal sealed record ObservabilityOptions
{
    /// <summary>Where OpenTelemetry metrics and traces are sent (OTLP); null sends none.</summary>
    public string? OtlpEndpoint { get; init; }
}
