namespace Gateway.Configuration;

/// <summary>What the configuration was read from, and what was wrong with the file by itself.</summary>
internal sealed record ConfigurationReading(string? File, string[] Args, IReadOnlyList<Problem> Problems);
