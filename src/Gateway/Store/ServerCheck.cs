namespace Gateway.Store;

/// <summary>A way to ask whether a server that the store needs can be reached.</summary>
/// <param name="Name">What it is, for an operator.</param>
/// <param name="TroubleAsync">Why it cannot be reached now; null when it can.</param>
internal sealed record ServerCheck(string Name, Func<TimeSpan, CancellationToken, Task<string?>> TroubleAsync);
