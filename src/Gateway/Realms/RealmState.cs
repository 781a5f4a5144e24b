namespace Gateway.Realms;

/// <summary>How a realm stands.</summary>
/// <param name="NotReady">Why its tokens cannot be verified now; null when they can.</param>
internal sealed record RealmState(string Realm, string? NotReady);
