namespace Gateway.Store;

/// <summary>What of the store may soon fail.</summary>
/// <param name="Now">What it is and what helps; null when nothing is in sight.</param>
internal sealed record StoreWarning(Func<string?> Now);
