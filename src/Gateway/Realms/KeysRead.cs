namespace Gateway.Realms;

/// <summary>The keys with which a realm verifies signatures.</summary>
/// <param name="ReadAt">When they were read last, changed or not.</param>
internal sealed record KeysRead(int Count, DateTimeOffset ReadAt);
