using System.Diagnostics.Metrics;

namespace Gateway.Configuration;

internal sealed class ConfigurationMetrics(IMeterFactory meters)
{
    private readonly Counter<long> _reloads = meters.Create("Gateway.Configuration")
        .CreateCounter<long>("gateway.configuration.reloads", "{reload}", "Reloads of the configuration file, by outcome.");

    public void Reloaded(bool taken) => _reloads.Add(1, new KeyValuePair<string, object?>("outcome", taken ? "taken" : "refused"));
}
