namespace Gateway.Revocation;

/// <summary>Names of the realms that there are: nothing can be revoked in another one.</summary>
internal sealed record RealmNames(IReadOnlyCollection<string> All);
