namespace Gateway.Management;

/// <summary>Whether traffic may be sent here, and why not.</summary>
/// <param name="Degraded">What does not work although traffic may be sent here: what is revoked is refused.</param>
internal sealed record ReadyAnswer(bool Ready, IReadOnlyList<string> Reasons, IReadOnlyList<string> Degraded);
