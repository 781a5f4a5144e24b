namespace Gateway.Revocation;

/// <summary>A fact that was given to the log and may or may not be in it (rule R18): whoever asked is told so, with the id
/// by which the fact can be asked for.</summary>
internal sealed class UnknownOutcomeException(Guid fact, string message, Exception? inner = null)
    : StoreUnavailableException(message, inner)
{
    public Guid Fact { get; } = fact;
}
