namespace Gateway.Configuration;

/// <summary>What this process was started by, and keeps until it is started again.</summary>
internal sealed record RunningConfiguration(ConfigurationSchema Schema, object Sections);
