namespace Gateway.Revocation;

/// <summary>An entry that this version of the gateway does not understand.</summary>
internal sealed class UnknownFactException(string message) : Exception(message);
