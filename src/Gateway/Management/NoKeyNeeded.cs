namespace Gateway.Management;

/// <summary>Metadata of an endpoint that needs no key.</summary>
internal sealed class NoKeyNeeded
{
    public static readonly NoKeyNeeded Mark = new();
}
