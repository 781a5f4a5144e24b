namespace Gateway.Dialects.Ory;

/// <summary>Ends a call with an error.</summary>
internal sealed class OryException(OryError error) : Exception(error.Message)
{
    public OryError Error { get; } = error;
}
