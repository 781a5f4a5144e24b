using Gateway.Realms;

namespace Gateway.Management;

/// <summary>A realm as it is configured, and what a logout ends there.</summary>
internal sealed record RealmAnswer
{
    public required string Name { get; init; }

    /// <summary>Jwt, Lookup, Introspection or Opaque.</summary>
    public required string Kind { get; init; }
    public string? Preset { get; init; }

    /// <summary>What ties the tokens of one sign-in.</summary>
    public required IReadOnlyList<string> Lineage { get; init; }

    /// <summary>What a logout of one session ends, in words, as far as its tokens have shown on this node.</summary>
    public required string Logout { get; init; }
    /// <summary>The keys that verify its tokens; absent where it has none.</summary>
    public KeysRead? Keys { get; init; }
    public required bool Ready { get; init; }

    /// <summary>Why its tokens cannot be verified now.</summary>
    public string? Trouble { get; init; }
}
