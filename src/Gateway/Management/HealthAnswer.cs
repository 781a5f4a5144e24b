namespace Gateway.Management;

internal sealed record HealthAnswer(string Status);
