namespace Gateway.Revocation;

/// <summary>
/// The revocation is not one that can be recorded. The message says what is wrong and how to put it right; it repeats nothing that was
/// sent.
/// </summary>
internal sealed class InvalidRevocationException(string message) : ArgumentException(message);
