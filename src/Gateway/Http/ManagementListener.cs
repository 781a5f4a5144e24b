namespace Gateway.Http;

/// <summary>The mark of a connection that came in through the management listener.</summary>
internal sealed class ManagementListener
{
    public static readonly ManagementListener Mark = new();

    private ManagementListener() { }

    /// <summary>Tells whether the request came in through the management listener, whatever its Host says.</summary>
    public static bool Serves(HttpContext context) => context.Features.Get<ManagementListener>() is not null;
}
