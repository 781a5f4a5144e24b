namespace Gateway.Realms;

/// <summary>Realms by name; names match <c>[A-Za-z0-9_-]+</c>.</summary>
internal sealed class RealmsOptions : Dictionary<string, RealmOptions>;
