namespace Gateway.Dialects.Zitadel;

/// <summary>Ends a call with an error.</summary>
internal sealed class ZitadelException(ZitadelError error) : Exception(error.Text)
{
    public ZitadelError Error { get; } = error;
}
